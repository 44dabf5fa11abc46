import { DataError, EXIT_SKIP, task, writeResult } from '../lib/task.mjs'
import { readEarthquakes } from './feed.mjs'

/** strongest.mjs MAGNITUDE: the earthquakes of at least that magnitude, strongest first; skipped when there was none. */
await task(([least]) => {
  if (!Number.isFinite(Number(least))) throw new DataError('usage: strongest.mjs MAGNITUDE')
  const found = readEarthquakes().filter(({ magnitude }) => magnitude >= Number(least)).sort((a, b) => b.magnitude - a.magnitude)
  for (const { magnitude, at, place } of found) console.log(`${magnitude.toFixed(1)}  ${at.slice(0, 16)}Z  ${place}`)
  if (found.length === 0) return EXIT_SKIP
  writeResult({ count: found.length, strongest: `${found[0].magnitude.toFixed(1)} ${found[0].place}` })
})
