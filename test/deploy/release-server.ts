import { createReadStream, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join, normalize } from 'node:path'
import { atEnd } from '../harness/cleanup.js'

/** A release store over HTTP: the files of a folder. Where it is. */
export async function serveReleases(folder: string, address: string): Promise<string> {
  const server: Server = createServer((request, response) => {
    const path = join(folder, normalize(new URL(request.url ?? '/', 'http://store').pathname))
    if (path.startsWith(`${folder}/`) && existsSync(path)) createReadStream(path).on('error', () => { response.destroy() }).pipe(response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve))
  atEnd(() => new Promise<void>(resolve => {
    server.closeAllConnections()
    server.close(() => { resolve() })
  }))
  const place = server.address()
  return `http://${address}:${typeof place === 'object' && place !== null ? place.port : ''}`
}
