import { DataError, EXIT_SKIP, task } from '../lib/task.mjs'

/** alarm.mjs LIMIT MEAN…: raises an alarm when the mean delay of a month is above the limit, and is skipped otherwise. */
await task(numbers => {
  const [limit, ...means] = numbers.map(Number)
  if (means.length === 0 || ![limit, ...means].every(Number.isFinite)) throw new DataError('usage: alarm.mjs LIMIT MEAN…')
  const highest = Math.max(...means)
  if (highest <= limit) {
    console.log(`no alarm: at most ${highest} min, the limit is ${limit}`)
    return EXIT_SKIP
  }
  console.log(`ALARM: ${highest} min late on average in one month, the limit is ${limit}`)
})
