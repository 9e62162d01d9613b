// Writes surnames.tsv from the npm package @faker-js/faker: node make_surnames_table.mjs PACKAGE SURNAMES.TSV
import {writeFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {resolve} from 'node:path';

const [folder, table] = process.argv.slice(2);
const {allLocales} = await import(pathToFileURL(resolve(folder, 'dist/index.js')));

// The languages in the Latin script with at least 120 surnames. No second dialect of a language.
const LANGUAGES = {
  cs_CZ: 'Czech',
  de: 'German',
  en: 'English',
  es: 'Spanish',
  fr: 'French',
  id_ID: 'Indonesian',
  it: 'Italian',
  lv: 'Latvian',
  nl: 'Dutch',
  pl: 'Polish',
  pt_PT: 'Portuguese',
  ro: 'Romanian',
  sr_RS_latin: 'Serbian',
  tr: 'Turkish',
  uz_UZ_latin: 'Uzbek',
};
const rows = [];
for (const [locale, language] of Object.entries(LANGUAGES)) {
  const {generic = [], female = [], male = []} = allLocales[locale].person.last_name;
  const names = new Set([...generic, ...female, ...male].map((name) => name.normalize('NFC').trim()));
  for (const name of [...names].sort()) {
    rows.push(`${language}\t${name}\n`);
  }
}
writeFileSync(table, 'language\tname\n' + rows.join(''));
