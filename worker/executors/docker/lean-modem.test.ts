import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Docker from 'dockerode'
import { afterEach, describe, expect, it } from 'vitest'
import { tempDir } from '../../../test/harness/temp-dir.js'
import { reasonOf, statusOf } from './docker-api.js'
import { leanModem } from './lean-modem.js'

const folder = tempDir('lean-modem')
const servers: Server[] = []
let sockets = 0

afterEach(async () => {
  await Promise.all(servers.splice(0).map(async server => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }))
})

/** dockerode on a daemon that answers like this. */
async function clientOf(listener: RequestListener, timeout = 5_000): Promise<Docker> {
  const socketPath = join(folder, `${sockets += 1}.sock`)
  const server = createServer(listener).listen(socketPath)
  servers.push(server)
  await once(server, 'listening')
  return new Docker({ modem: leanModem({ socketPath, timeout }) } as Docker.DockerOptions)
}

describe('dockerode over the lean modem', () => {
  it('sends what was asked, as JSON with its length', async () => {
    let asked: unknown
    const docker = await clientOf((request, response) => {
      void text(request).then(body => {
        asked = { method: request.method, url: request.url, length: Number(request.headers['content-length']), body: JSON.parse(body) as unknown }
        response.writeHead(201).end('{"Id":"abc"}')
      })
    })
    await docker.getContainer('abc').exec({ Cmd: ['echo', 'größe'] })
    expect(asked).toEqual({ method: 'POST', url: '/containers/abc/exec', length: Buffer.byteLength('{"Cmd":["echo","größe"]}'), body: { Cmd: ['echo', 'größe'] } })
  })

  it('takes an answer without a body, and one that is no JSON', async () => {
    const docker = await clientOf((request, response) => { response.writeHead(request.method === 'DELETE' ? 204 : 200).end(request.method === 'DELETE' ? undefined : 'OK') })
    await docker.getContainer('abc').remove()
    expect(String(await docker.ping())).toBe('OK')
  })

  it('fails for a name that cannot stand in an address, and for an answer that says nothing', async () => {
    const docker = await clientOf((_, response) => { response.writeHead(500).end('null') })
    await expect(docker.getImage('a b').inspect()).rejects.toMatchObject({ code: 'ERR_UNESCAPED_CHARACTERS' })
    await expect(docker.info()).rejects.toMatchObject({ statusCode: 500 })
  })

  it('tells the status and the reason of a refusal', async () => {
    const docker = await clientOf((_, response) => { response.writeHead(404).end('{"message":"No such container: abc"}') })
    const error: unknown = await docker.getContainer('abc').start().catch((refusal: unknown) => refusal)
    expect([statusOf(error), reasonOf(error)]).toEqual([404, 'No such container: abc'])
  })

  it('gives up on a daemon that is silent, before and within its answer', async () => {
    const docker = await clientOf((request, response) => { if (request.url === '/_ping') response.writeHead(200).write('O') }, 100)
    await expect(docker.getContainer('abc').start()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(docker.ping()).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('fails once when the daemon dies in the middle of its answer', async () => {
    const docker = await clientOf((_, response) => { response.writeHead(200, { 'content-length': 100 }).write('{"Id":', () => response.destroy()) })
    await expect(docker.info()).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('hands a stream on, and ends it when it is told to', async () => {
    const docker = await clientOf((_, response) => { response.writeHead(200).write('first') })
    const stop = new AbortController()
    const stream = await docker.getEvents({ abortSignal: stop.signal })
    expect(String((await once(stream, 'data'))[0])).toBe('first')
    const failed = once(stream, 'error')
    stop.abort()
    expect((await failed)[0]).toMatchObject({ message: 'aborted' })
  })
})
