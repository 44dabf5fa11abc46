import { relative } from 'node:path'
import { DataError, groupBy, ofRun, shared, task, writeResult, writeWhole } from '../lib/task.mjs'
import { openTable } from '../lib/warehouse.mjs'
import { drawWeather } from './draw.mjs'

/** chart.mjs VERSION: draws that version of the table. */
await task(([version]) => {
  const rows = openTable('monthly_weather').read(Number(version))
  if (rows.length === 0) throw new DataError(`version ${version} of monthly_weather has no rows`)
  const stations = [...groupBy(rows, row => row.station)].map(([name, months]) => ({ name, months })).sort((a, b) => (a.name > b.name ? -1 : 1))
  const svg = drawWeather(stations)
  const file = ofRun('weather.svg')
  writeWhole(file, svg)
  console.log(`drew ${rows.length} months of ${stations.map(({ name }) => name).join(' and ')}`)
  writeResult({ file: relative(shared(), file), bytes: Buffer.byteLength(svg) })
})
