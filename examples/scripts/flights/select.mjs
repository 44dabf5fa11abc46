import { DataError, jsonLines, ofRun, readJson, source, task, writeResult, writeWhole } from '../lib/task.mjs'

/** select.mjs AIRPORT: the departures of one airport, with typed times. */
await task(([airport]) => {
  const flights = readJson(source('flights-20k.json'))
    .filter(({ origin }) => origin === airport)
    .map(({ date, delay, destination }) => ({ at: date.replace(/^(\d{4})\/(\d\d)\/(\d\d) /, '$1-$2-$3T'), delay, destination }))
  if (flights.length === 0) throw new DataError(`no flight leaves from ${airport}`)
  writeWhole(ofRun('flights.jsonl'), jsonLines(flights))
  console.log(`${flights.length} flights from ${airport}`)
  writeResult({ flights: flights.length })
})
