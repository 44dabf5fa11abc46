import { DataError, groupBy, jsonLines, mean, ofRun, readJsonLines, round, sum, task, writeResult, writeWhole } from '../lib/task.mjs'

/** aggregate.mjs YEAR: the days of one year become months. One such task runs for each year, side by side. */
await task(([year]) => {
  const days = readJsonLines(ofRun('clean.jsonl')).filter(({ date }) => date.startsWith(`${year}-`))
  if (days.length === 0) throw new DataError(`there is not one day of ${year}`)
  const months = [...groupBy(days, ({ station, date }) => `${station} ${date.slice(0, 7)}`).values()].map(rows => ({
    station: rows[0].station,
    month: rows[0].date.slice(0, 7),
    days: rows.length,
    high: round(mean(rows.map(({ high }) => high)), 2),
    low: round(mean(rows.map(({ low }) => low)), 2),
    precipitation: round(sum(rows.map(({ precipitation }) => precipitation))),
    wetDays: rows.filter(({ precipitation }) => precipitation >= 1).length,
  }))
  writeWhole(ofRun('monthly', `${year}.jsonl`), jsonLines(months))
  const wettest = months.reduce((a, b) => (b.precipitation > a.precipitation ? b : a))
  console.log(`${year}: ${days.length} days, ${months.length} months`)
  writeResult({ year: Number(year), days: days.length, months: months.length, wettest: `${wettest.month} in ${wettest.station} (${wettest.precipitation.toFixed(1)} mm)` })
})
