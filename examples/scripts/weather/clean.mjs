import { readdirSync } from 'node:fs'
import { parseCsv } from '../lib/csv.mjs'
import { DataError, groupBy, jsonLines, ofRun, readText, task, writeResult, writeWhole } from '../lib/task.mjs'

/** The table of Seattle alone has no column for the place. */
const DEFAULT_STATION = 'Seattle'
const WEATHER = new Set(['drizzle', 'fog', 'rain', 'snow', 'sun'])
/** More bad rows than this, and the source is broken rather than dirty. */
const TOLERATED_SHARE = 0.01

/** clean.mjs: the raw tables become one, typed, with one row for each station and day. */
await task(() => {
  const tables = readdirSync(ofRun('raw')).filter(name => name.endsWith('.csv')).sort()
  const raw = tables.flatMap(name => parseCsv(readText(ofRun('raw', name))))
  const rows = new Map()
  let rejected = 0
  let duplicates = 0
  for (const record of raw) {
    const row = typed(record)
    const problem = problemOf(row)
    const key = `${row.station} ${row.date}`
    const before = rows.get(key)
    if (problem !== null) {
      rejected += 1
      console.log(`rejected: ${problem} in ${JSON.stringify(record)}`)
    } else if (before === undefined) rows.set(key, row)
    else if (JSON.stringify(before) === JSON.stringify(row)) duplicates += 1
    else throw new DataError(`two tables disagree about ${key}: ${JSON.stringify(before)} and ${JSON.stringify(row)}`)
  }
  if (rejected > raw.length * TOLERATED_SHARE) throw new DataError(`${rejected} of ${raw.length} rows are bad, more than ${TOLERATED_SHARE * 100} %`)

  const clean = [...rows.values()].sort((a, b) => (a.station + a.date < b.station + b.date ? -1 : 1))
  writeWhole(ofRun('clean.jsonl'), jsonLines(clean))
  const stations = Object.fromEntries([...groupBy(clean, row => row.station)].map(([station, days]) => [station, days.length]))
  console.log(`${raw.length} rows of ${tables.length} tables: ${duplicates} duplicates, ${rejected} rejected, ${clean.length} kept`)
  writeResult({ rows: clean.length, duplicates, rejected, stations })
})

function typed({ location = DEFAULT_STATION, date, precipitation, temp_max: high, temp_min: low, wind, weather }) {
  const number = text => (text.trim() === '' ? NaN : Number(text))
  return { station: location, date, precipitation: number(precipitation), high: number(high), low: number(low), wind: number(wind), weather }
}

function problemOf({ station, date, precipitation, high, low, wind, weather }) {
  if (station === '') return 'no station'
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date) return 'no such date'
  if (![precipitation, high, low, wind].every(Number.isFinite)) return 'a value that is no number'
  if (precipitation < 0 || wind < 0) return 'a negative amount'
  if (low > high || low < -90 || high > 60) return 'an impossible temperature'
  return WEATHER.has(weather) ? null : 'unknown weather'
}
