import { withStationService } from '../lib/station-service.mjs'
import { DataError, task } from '../lib/task.mjs'
import { keepRawTable } from './raw-table.mjs'

/** fetch.mjs TABLE: fetches a raw table from the station's service. Longshore, not this script, tries again. */
await task(([name]) => withStationService(async service => {
  console.log(`GET ${service}/${name}`)
  const response = await fetch(`${service}/${name}`)
  if (response.status === 503) {
    console.error(`error: the station's service answered 503 (${await response.text()})`)
    return 1
  }
  if (!response.ok) throw new DataError(`the station's service answered ${response.status} for ${name}`)
  keepRawTable(name, await response.text())
}))
