import { openSync, closeSync, createReadStream, mkdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { ofRun, source } from './task.mjs'

/**
 * Stands in for the web service of a weather station, so that the example needs no network: it sleeps, the first request of
 * a run only wakes it (503), and from then on it serves the tables of the data folder. The tasks speak real HTTP to it.
 */
export async function withStationService(use) {
  const server = createServer((request, response) => {
    if (wakeUp()) return void response.writeHead(503, { 'retry-after': '1' }).end('waking up, ask again')
    const file = source(new URL(request.url, 'http://station').pathname.slice(1))
    const size = statSync(file, { throwIfNoEntry: false })?.size
    if (size === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/csv', 'content-length': size })
    createReadStream(file).pipe(response)
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${server.address().port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** True for the first request of this run. */
function wakeUp() {
  const marker = ofRun('station-is-awake')
  mkdirSync(dirname(marker), { recursive: true })
  try {
    closeSync(openSync(marker, 'wx'))
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}
