import { task, writeResult } from '../lib/task.mjs'
import { readEarthquakes, readFeed } from './feed.mjs'

/** check.mjs: what the feed holds. */
await task(() => {
  const earthquakes = readEarthquakes()
  writeResult({ rows: earthquakes.length, otherEvents: readFeed().length - earthquakes.length, from: earthquakes[0].at, to: earthquakes.at(-1).at })
})
