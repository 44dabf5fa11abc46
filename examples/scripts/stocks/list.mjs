import { groupBy, task, writeResult } from '../lib/task.mjs'
import { readPrices } from './prices.mjs'

/** list.mjs: the series that are there, each with the months that a complete one has. */
await task(() => {
  const prices = readPrices()
  const months = prices.map(({ month }) => month).sort()
  writeResult([...groupBy(prices, ({ symbol }) => symbol).keys()].map(symbol => ({ symbol, from: months[0], to: months.at(-1) })))
})
