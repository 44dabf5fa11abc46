import { task } from '../lib/task.mjs'

/** explain.mjs SERIES: what somebody has to know who is to approve. */
await task(([series]) => {
  for (const { symbol, first, months, missing } of JSON.parse(series).filter(one => one.missing > 0)) {
    console.log(`${symbol} begins in ${first}: it has ${months} months, ${missing} are missing`)
  }
  console.log('To load this too: longshore events post stocks-approved')
})
