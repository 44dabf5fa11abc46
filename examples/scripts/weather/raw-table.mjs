import { createHash } from 'node:crypto'
import { parseCsv } from '../lib/csv.mjs'
import { DataError, ofRun, writeResult, writeWhole } from '../lib/task.mjs'

const COLUMNS = ['date', 'precipitation', 'temp_max', 'temp_min', 'wind', 'weather']

/** Keeps a raw table in the run's folder, exactly as it came, once it has turned out to be one. */
export function keepRawTable(name, text) {
  const rows = parseCsv(text)
  const missing = COLUMNS.filter(column => rows.length > 0 && !(column in rows[0]))
  if (rows.length === 0 || missing.length > 0) throw new DataError(`${name} is no weather table: ${rows.length} rows, columns missing: ${missing.join(', ') || 'none'}`)
  writeWhole(ofRun('raw', name), text)
  const bytes = Buffer.byteLength(text)
  console.log(`${name}: ${rows.length} rows, ${bytes} bytes, ${rows[0].date} to ${rows.at(-1).date}`)
  writeResult({ table: name, rows: rows.length, bytes, sha256: createHash('sha256').update(text).digest('hex') })
}
