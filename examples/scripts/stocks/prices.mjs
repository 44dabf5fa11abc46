import { createHash } from 'node:crypto'
import { parseCsv } from '../lib/csv.mjs'
import { DataError, readText, shared, source } from '../lib/task.mjs'

const FILE = 'stocks.csv'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What the last run published: the checksum of the prices, and the version of the table that was made of them. */
export const publishedFile = () => shared('stocks-published.json')

export const checksum = () => createHash('sha256').update(readText(source(FILE))).digest('hex')

/** `{ symbol, month, price }` of every row; a month is `2000-01`. */
export const readPrices = () => parseCsv(readText(source(FILE))).map(({ symbol, date, price }) => {
  const [name, , year] = (date ?? '').split(' ')
  const month = `${year}-${String(MONTHS.indexOf(name) + 1).padStart(2, '0')}`
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || !(Number(price) > 0)) throw new DataError(`${symbol}: '${date}' with the price '${price}' is no month of a series`)
  return { symbol, month, price: Number(price) }
})

/** The number of months since the year 0, so that months can be counted. */
export const monthNumber = month => Number(month.slice(0, 4)) * 12 + Number(month.slice(5))
