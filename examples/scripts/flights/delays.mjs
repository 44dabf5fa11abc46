import { DataError, groupBy, mean, ofRun, readJsonLines, round, task, writeResult } from '../lib/task.mjs'

/** Flights that arrive later than this count as late, as the US Department of Transportation counts them. */
const LATE_MINUTES = 15
/** A destination with fewer flights is left to chance. */
const FEW = 5

/** delays.mjs MONTH: how late the flights of a month were. */
await task(([month]) => {
  const flights = readJsonLines(ofRun('flights.jsonl')).filter(({ at }) => at.startsWith(`${month}-`))
  if (flights.length === 0) throw new DataError(`there is not one flight in ${month}`)
  const average = round(mean(flights.map(({ delay }) => delay)))
  const late = round(flights.filter(({ delay }) => delay >= LATE_MINUTES).length / flights.length * 100)
  const destinations = [...groupBy(flights, ({ destination }) => destination)]
    .filter(([, group]) => group.length >= FEW)
    .map(([name, group]) => ({ name, delay: round(mean(group.map(({ delay }) => delay))) }))
    .sort((a, b) => b.delay - a.delay)
  const worst = destinations[0] ?? null
  const text = `${flights.length} flights, ${average} min late on average, ${late} % late${worst === null ? '' : `, worst to ${worst.name} (${worst.delay} min)`}`
  writeResult({ month, flights: flights.length, mean: average, late, worst, text })
})
