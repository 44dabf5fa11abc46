import { DataError, groupBy, task, writeResult } from '../lib/task.mjs'
import { readEarthquakes } from './feed.mjs'

const KEYS = {
  day: ({ at }) => at.slice(0, 10),
  magnitude: ({ magnitude }) => `${Math.floor(magnitude)} to ${Math.floor(magnitude) + 1}`,
}

/** count.mjs day|magnitude: earthquakes in each day or band of magnitude, with bars. */
await task(([by]) => {
  if (!Object.hasOwn(KEYS, by)) throw new DataError(`usage: count.mjs ${Object.keys(KEYS).join('|')}`)
  const counts = [...groupBy(readEarthquakes(), KEYS[by])]
    .map(([name, rows]) => ({ name, count: rows.length }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const most = counts.reduce((a, b) => (b.count > a.count ? b : a))
  for (const { name, count } of counts) console.log(`${name.padStart(10)} ${String(count).padStart(5)} ${'#'.repeat(Math.ceil(count / most.count * 50))}`)
  writeResult({ counts, most: `${most.name}: ${most.count}` })
})
