import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { endSession } from '../../web/identity/sessions.js'
import { Role } from '../../web/identity/access.js'
import { revokeRole } from '../../web/identity/users.js'
import { READER_LIMITS, ReaderLimits } from '../../web/live/reader-limits.js'
import { atEnd } from '../harness/cleanup.js'
import { until } from '../harness/wait.js'
import { IdentitySite } from './identity-site.js'

const inSales = [{ role: Role.viewer, namespace: 'sales' }]

interface Stream {
  readonly isEnded: () => boolean
}

async function listening(times = {}): Promise<{ site: IdentitySite; port: number; listen: (headers: Record<string, string>) => Promise<Stream> }> {
  const site = await IdentitySite.open('sqlite', {}, times)
  await site.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = site.app.server.address() as AddressInfo
  const listen = (headers: Record<string, string>): Promise<Stream> => new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path: '/api/v1/changes?topics=dags', headers, agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) { response.resume(); reject(new Error(`status ${response.statusCode}`)); return }
      atEnd(() => { response.destroy() })
      let ended = false
      response.on('close', () => { ended = true }).on('error', () => {}).resume()
      resolve({ isEnded: () => ended })
    })
    asked.on('error', reject)
    asked.end()
  })
  return { site, port, listen }
}

it('a stream ends with its session, its token and its role, and only then; all are looked at in two queries', async () => {
  const { site, listen } = await listening()
  const names = ['stays', 'leaves', 'expires', 'demoted', 'revoked', 'scripted', 'deleted']
  for (const name of names) await site.user(name, inSales)
  const cookies = new Map<string, string>()
  for (const name of names) cookies.set(name, await site.signIn(name))
  const [kept, revoked] = [await site.token('scripted'), await site.token('revoked')]
  const streams = new Map<string, Stream>()
  for (const name of ['stays', 'leaves', 'expires', 'demoted', 'deleted']) streams.set(name, await listen({ cookie: cookies.get(name) ?? '' }))
  for (const [name, token] of [['scripted', kept], ['revoked', revoked]] as const) streams.set(name, await listen({ authorization: `Bearer ${token}` }))
  for (let more = 0; more < 20; more += 1) await listen({ cookie: cookies.get('stays') ?? '' })

  const { query } = site.database
  await endSession(site.database, (cookies.get('leaves') ?? '').split('=')[1] ?? '')
  const keyOf = async (name: string) => ((await query('users').where({ name }).first()) as { user_key: number }).user_key
  await query('sessions').where({ user_key: await keyOf('expires') }).update({ seen_at: 1 })
  await revokeRole(site.database, 'demoted', 'sales')
  await query('api_tokens').where({ user_key: await keyOf('revoked') }).delete()
  await query('users').where({ name: 'deleted' }).delete()
  const gone = ['leaves', 'expires', 'demoted', 'revoked', 'deleted']
  await until(() => gone.every(name => streams.get(name)?.isEnded() === true))
  let asked = 0
  query.on('query', () => { asked += 1 })
  await until(() => asked >= 2)
  expect(asked).toBe(2)
  expect(['stays', 'scripted'].map(name => streams.get(name)?.isEnded())).toEqual([false, false])
})

it('one user has a limit of streams, whatever their tokens, and so has one address', () => {
  const limits = new ReaderLimits({ most: 5, each: 2, address: 4 })
  const enter = (user: number, address: string) => limits.enter({ user, name: `user ${user}` }, address)
  const leave = enter(1, 'a')
  enter(1, 'b')
  expect(() => enter(1, 'c')).toThrow("'user 1' has 2 streams open already")
  leave()
  leave()
  for (const user of [2, 3, 4]) enter(user, 'a')
  enter(5, 'a')
  expect(() => enter(6, 'a')).toThrow('4 streams are open from a already')
  expect(() => enter(6, 'b')).toThrow('5 streams are open already')
  expect(READER_LIMITS.address).toBeLessThan(READER_LIMITS.most)
})

const closed = (socket: Socket): Promise<string> => new Promise(resolve => {
  let text = ''
  socket.on('data', data => { text += String(data) }).on('error', () => {}).once('close', () => resolve(text))
})

it('who sends nothing, or a byte from time to time, is cut off; so is who asks and does not read', async () => {
  const { site, port } = await listening({ headers: 400, request: 800, silence: 1_000 })
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    atEnd(() => { socket.destroy() })
    return socket
  }
  const [silent, headers, body] = [open(), open(), open()]
  headers.write('GET /api/v1/auth/me HTTP/1.1\r\nhost: x\r\n')
  body.write('POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{')
  const drip = setInterval(() => { for (const socket of [headers, body]) if (socket.writable) socket.write('x') }, 100)
  atEnd(() => { clearInterval(drip) })
  const [, atHeaders, atBody] = await Promise.all([silent, headers, body].map(closed))
  expect(atHeaders).toMatch(/^HTTP\/1\.1 408/)
  expect(atBody).toMatch(/^HTTP\/1\.1 408/)

  await site.user('ann', inSales)
  const token = await site.token('ann')
  const deaf = open()
  const ended = new Promise(resolve => deaf.once('close', resolve))
  const connections = (wanted: number) => until(() => new Promise<boolean>(resolve => { site.app.server.getConnections((_, count) => { resolve(count === wanted) }) }))
  // Requests one after another on one connection, whose answers nobody reads: the server waits with the next while one is not taken.
  deaf.pause().on('error', () => {})
  deaf.write(`GET /api/v1/openapi.json HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`.repeat(400))
  await connections(1)
  await connections(0)
  deaf.resume()
  await ended
})
