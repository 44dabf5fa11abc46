import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askHttp, type HttpWait } from './ask-http.js'

const never = new AbortController().signal
const wait = (url: string, more: Partial<HttpWait> = {}): HttpWait => ({ kind: 'http', url, method: 'GET', headers: {}, status: [], contains: null, onTimeout: 'fail', ...more })

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => { server.close(resolve) })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const status = (code: number, body = '') => serve((_, response) => { response.writeHead(code).end(body) })

describe('a question over HTTP', () => {
  it.each([[200, [], true], [204, [], true], [301, [], false], [404, [], false], [404, [404], true], [200, [201, 202], false]])('answered %i where %j is wanted: %s', async (code, wanted, isMet) => {
    const url = await status(code)
    expect(await askHttp(wait(url, { status: wanted }), never)).toMatchObject({ isMet })
  })

  it('follows redirects, at most five, to web addresses only', async () => {
    const url = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: left === 99 ? 'file:///etc/passwd' : `/${left - 1}` }).end()
    })
    expect(await askHttp(wait(`${url}/5`, { contains: 'there' }), never)).toEqual({ isMet: true, because: `${url}/0 answered 200 with 'there'` })
    expect(await askHttp(wait(`${url}/6`), never)).toEqual({ isMet: false, because: `${url}/6 redirects more than 5 times` })
    expect(await askHttp(wait(`${url}/99`), never)).toEqual({ isMet: false, because: `${url}/99 redirects to file:` })
  })

  it('does not follow a redirect that is what is waited for', async () => {
    const url = await serve((_, response) => { response.writeHead(302, { location: '/elsewhere' }).end() })
    expect(await askHttp(wait(url, { status: [302] }), never)).toMatchObject({ isMet: true })
  })

  it('keeps credentials from other servers, and shows no query in what it says', async () => {
    const seen: (string | undefined)[] = []
    const other = await serve((request, response) => { seen.push(request.headers.authorization, request.headers['x-kept'] as string); response.end() })
    const url = await serve((request, response) => { seen.push(request.headers.authorization); response.writeHead(307, { location: `${other}/?token=secret` }).end() })
    const answer = await askHttp(wait(url, { headers: { Authorization: 'Bearer x', 'X-Kept': 'y' } }), never)
    expect(seen).toEqual(['Bearer x', undefined, 'y'])
    expect(answer).toEqual({ isMet: true, because: `${other}/ answered 200` })
  })

  it('gives up a server that does not answer, or never ends its answer', async () => {
    const silent = await serve(() => {})
    expect(await askHttp(wait(silent), never, 100)).toEqual({ isMet: false, because: `${silent}/ did not answer within 0.1 s` })
    const endless = await serve((_, response) => { response.write('a') })
    expect(await askHttp(wait(endless, { contains: 'b' }), never, 100)).toEqual({ isMet: false, because: `${endless}/ did not answer within 0.1 s` })
  })

  it('reads no more than the first MiB of an answer', async () => {
    let written = 0
    const url = await serve((_, response) => {
      const more = (): void => {
        if (response.destroyed || written > 64 * 1024 * 1024) { response.end('ready'); return }
        written += 65_536
        response.write('x'.repeat(65_536), more)
      }
      more()
    })
    expect(await askHttp(wait(url, { contains: 'ready' }), never)).toEqual({ isMet: false, because: `${url}/ answered 200 without 'ready' in the first 1 MiB` })
    expect(written).toBeLessThan(32 * 1024 * 1024)
  })

  it('finds a text that comes in two parts, in the middle of a letter', async () => {
    const text = Buffer.from('schön')
    const url = await serve((_, response) => { response.write(text.subarray(0, 4)); setImmediate(() => { response.end(text.subarray(4)) }) })
    expect(await askHttp(wait(url, { contains: 'schön' }), never)).toMatchObject({ isMet: true })
  })

  it('says why a server could not be asked', async () => {
    expect(await askHttp(wait('http://127.0.0.1:1/x?key=secret'), never)).toMatchObject({ isMet: false, because: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/x could not be asked: /) as string })
    const url = await serve((_, response) => { response.destroy() })
    expect(await askHttp(wait(url), never)).toMatchObject({ isMet: false, because: expect.stringContaining('could not be asked') as string })
  })

  it('ends when it is told to', async () => {
    const url = await serve(() => {})
    const stop = new AbortController()
    const asked = askHttp(wait(url), stop.signal)
    stop.abort()
    expect(await asked).toMatchObject({ isMet: false })
  })
})
