import { task, writeResult } from '../lib/task.mjs'

/** judge.mjs SERIES: names the tasks to follow: complete series are loaded, incomplete ones reviewed. */
await task(([series]) => {
  const missing = JSON.parse(series).map(one => one.missing)
  writeResult([...(missing.includes(0) ? ['load'] : []), ...(missing.some(months => months > 0) ? ['review'] : [])])
})
