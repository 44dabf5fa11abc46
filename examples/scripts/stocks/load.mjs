import { ofRun, readJsonLines, setting, task } from '../lib/task.mjs'
import { openTable } from '../lib/warehouse.mjs'

/** load.mjs complete|incomplete SERIES [APPROVAL]: puts the series that are so into the table. */
await task(([which, series, approval]) => {
  const symbols = JSON.parse(series).filter(({ missing }) => (missing === 0) === (which === 'complete')).map(({ symbol }) => symbol)
  const rows = symbols.flatMap(symbol => readJsonLines(ofRun('returns', `${symbol}.jsonl`)))
  const loaded = openTable('stock_returns').upsert(rows, ({ symbol, month }) => `${symbol} ${month}`, setting('LONGSHORE_RUN_ID'))
  console.log(`${symbols.join(', ')}${approval ? `, approved with ${approval}` : ''}: the table has ${loaded.rows} rows in version ${loaded.version}`)
})
