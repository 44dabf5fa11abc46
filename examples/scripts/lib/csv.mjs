import { DataError } from './task.mjs'

/** The rows of a CSV text (RFC 4180) as objects with the names of its first line. */
export function parseCsv(text) {
  const [header, ...records] = parseRecords(text)
  if (header === undefined) throw new DataError('the table is empty')
  return records.map((record, index) => {
    if (record.length !== header.length) throw new DataError(`row ${index + 1} has ${record.length} fields, its header has ${header.length}`)
    return Object.fromEntries(header.map((name, column) => [name, record[column]]))
  })
}

function parseRecords(text) {
  const records = []
  let record = []
  // A field and what ends it: quoted with doubled quotes inside, or plain.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const match = field.exec(text)
    if (match === null) throw new DataError(`the table has a stray quote near character ${at}`)
    record.push(match[1]?.replaceAll('""', '"') ?? match[2])
    if (match[3] === ',' && field.lastIndex < text.length) continue
    if (match[3] === ',') record.push('')
    records.push(record)
    record = []
  }
  return records
}
