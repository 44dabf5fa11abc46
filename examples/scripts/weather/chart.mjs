import { DataError, groupBy, ofRun, task, writeResult, writeWhole } from '../lib/task.mjs'
import { openTable } from '../lib/warehouse.mjs'
import { drawWeather } from './draw.mjs'

/** chart.mjs VERSION: draws that version of the table. */
await task(([version]) => {
  const rows = openTable('monthly_weather').read(Number(version))
  if (rows.length === 0) throw new DataError(`version ${version} of monthly_weather has no rows`)
  const stations = [...groupBy(rows, row => row.station)].map(([name, months]) => ({ name, months })).sort((a, b) => (a.name > b.name ? -1 : 1))
  const svg = drawWeather(stations)
  writeWhole(ofRun('weather.svg'), svg)
  console.log(`drew ${rows.length} months of ${stations.map(({ name }) => name).join(' and ')}`)
  writeResult({ file: ofRun('weather.svg'), bytes: Buffer.byteLength(svg) })
})
