import { createServer } from 'node:net'

/**
 * Ports below the range from which the kernel takes the local ports of outgoing connections (32768 and up). A server that
 * is killed and launched again would otherwise find its port taken by some client's connection; a client that reconnects to
 * a dead port in that range can even connect to itself and hold the port for good.
 */
const FIRST = 20_000
const COUNT = 12_000

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port between ${FIRST} and ${FIRST + COUNT}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
