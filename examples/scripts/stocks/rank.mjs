import { DataError, groupBy, mean, readJson, round, task, writeResult } from '../lib/task.mjs'
import { openTable } from '../lib/warehouse.mjs'
import { publishedFile } from './prices.mjs'

const MEASURES = {
  growth: rows => (rows.at(-1).price / rows[0].price - 1) * 100,
  /** Standard deviation of the monthly returns, for a year. */
  volatility: rows => {
    const returns = rows.slice(1).map(row => row.return)
    const average = mean(returns)
    return Math.sqrt(mean(returns.map(value => (value - average) ** 2)) * 12) * 100
  },
}

/** rank.mjs MEASURE YEARS: the stocks by one measure over the last years, highest first. Shorter series are left out. */
await task(([measure, years]) => {
  if (!(measure in MEASURES) || !(Number(years) > 0)) throw new DataError(`usage: rank.mjs ${Object.keys(MEASURES).join('|')} YEARS`)
  const { version } = readJson(publishedFile())
  const months = Number(years) * 12 + 1
  const ranking = [...groupBy(openTable('stock_returns').read(version), ({ symbol }) => symbol)]
    .filter(([, rows]) => rows.length >= months)
    .map(([symbol, rows]) => ({ symbol, percent: round(MEASURES[measure](rows.slice(-months))) }))
    .sort((a, b) => b.percent - a.percent)
  writeResult({ measure, years: Number(years), version, ranking })
})
