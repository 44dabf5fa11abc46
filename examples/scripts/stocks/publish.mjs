import { task, writeWhole } from '../lib/task.mjs'
import { openTable } from '../lib/warehouse.mjs'
import { checksum, publishedFile } from './prices.mjs'

/** publish.mjs: says of what the newest version of the table was made. Its success updates the asset. */
await task(() => {
  const published = { prices: checksum(), version: openTable('stock_returns').latest() }
  writeWhole(publishedFile(), `${JSON.stringify(published)}\n`)
  console.log(`published version ${published.version}`)
})
