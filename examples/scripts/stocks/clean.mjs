import { DataError, jsonLines, ofRun, round, task, writeResult, writeWhole } from '../lib/task.mjs'
import { monthNumber, readPrices } from './prices.mjs'

/** clean.mjs SYMBOL FROM TO: one series in order, with the return of each month, and how many months are missing. */
await task(([symbol, from, to]) => {
  const prices = readPrices().filter(row => row.symbol === symbol).sort((a, b) => (a.month < b.month ? -1 : 1))
  const months = new Set(prices.map(({ month }) => month))
  if (months.size === 0 || months.size < prices.length) throw new DataError(`${symbol} has ${prices.length} prices for ${months.size} months`)
  const rows = prices.map((row, index) => ({ ...row, return: index === 0 ? null : round(row.price / prices[index - 1].price - 1, 6) }))
  writeWhole(ofRun('returns', `${symbol}.jsonl`), jsonLines(rows))
  writeResult({ symbol, first: rows[0].month, months: rows.length, missing: monthNumber(to) - monthNumber(from) + 1 - rows.length })
})
