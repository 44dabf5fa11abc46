import { DataError, ofRun, readJsonLines, setting, sum, task, writeResult } from '../lib/task.mjs'
import { openTable } from '../lib/warehouse.mjs'

/** load.mjs --days N YEAR…: puts the months into the table, if they are made of all N days that were cleaned. */
await task(([flag, expected, ...years]) => {
  if (flag !== '--days' || years.length === 0) throw new DataError('usage: load.mjs --days N YEAR…')
  const months = years.flatMap(year => readJsonLines(ofRun('monthly', `${year}.jsonl`)))
  const days = sum(months.map(month => month.days))
  if (days !== Number(expected)) throw new DataError(`the months of ${years.join(', ')} hold ${days} days, ${expected} were cleaned`)
  const loaded = openTable('monthly_weather').upsert(months, ({ station, month }) => `${station} ${month}`, setting('LONGSHORE_RUN_ID'))
  console.log(`monthly_weather: ${loaded.rows} rows, version ${loaded.version}${loaded.changed ? '' : ', which had them already'}`)
  writeResult(loaded)
})
