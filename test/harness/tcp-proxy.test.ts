import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'
import { until } from './wait.js'

let echo: Server
const received: string[] = []
beforeAll(async () => {
  echo = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', data => {
      received.push(data.toString())
      socket.write(data)
    })
  })
  await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void echo.close())

class Client {
  text = ''
  error: string | undefined
  closed = false
  constructor(readonly socket: Socket) {
    socket.on('data', data => (this.text += data.toString()))
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code))
    socket.on('close', () => (this.closed = true))
  }

  async says(text: string, timeout = 2_000): Promise<void> {
    await until(() => this.text === text, { timeout, describe: () => `${JSON.stringify(text)} instead of ${JSON.stringify(this.text)}` })
  }
}

const start = (): Promise<TcpProxy> => startTcpProxy({ port: (echo.address() as AddressInfo).port })
const open = (proxy: TcpProxy): Client => new Client(connect(proxy.port, '127.0.0.1'))

it('passes everything on, and counts the lines', async () => {
  const proxy = await start()
  const client = open(proxy)
  client.socket.write('hello')
  await client.says('hello')
  expect(proxy.connections).toBe(1)
  expect(proxy.through('redis://example.test:6379/2')).toBe(`redis://127.0.0.1:${proxy.port}/2`)
})

it('paused: nothing moves and nothing is lost', async () => {
  const proxy = await start()
  const client = open(proxy)
  client.socket.write('a')
  await client.says('a')
  proxy.pause()
  client.socket.write('b')
  await expect(client.says('ab', 100)).rejects.toThrow()
  proxy.resume()
  await client.says('ab')
})

it('dropping: bytes vanish, the line stays open, and is cut when it comes back', async () => {
  const proxy = await start()
  const client = open(proxy)
  client.socket.write('a')
  await client.says('a')
  proxy.drop()
  client.socket.write('lost')
  await expect(until(() => client.text !== 'a' || client.closed, { timeout: 100 })).rejects.toThrow()
  proxy.resume()
  await until(() => client.error)
  expect(client.error).toBe('ECONNRESET')
  const next = open(proxy)
  next.socket.write('c')
  await next.says('c')
})

it('half open: the server hears, the client does not', async () => {
  const proxy = await start()
  const client = open(proxy)
  proxy.drop('toClient')
  client.socket.write('one way')
  await until(() => received.includes('one way'))
  expect(client.text).toBe('')
})

it('delays in order', async () => {
  const proxy = await start()
  const client = open(proxy)
  proxy.delay(50)
  const started = performance.now()
  client.socket.write('1')
  client.socket.write('2')
  await client.says('12')
  expect(performance.now() - started).toBeGreaterThanOrEqual(99)
})

it('cuts open lines with a reset, refuses new ones, and accepts again on the same port', async () => {
  const proxy = await start()
  const client = open(proxy)
  client.socket.write('a')
  await client.says('a')
  const { port } = proxy
  await proxy.refuse()
  await until(() => client.error)
  expect(client.error).toBe('ECONNRESET')
  const refused = open(proxy)
  await until(() => refused.error)
  expect(refused.error).toBe('ECONNREFUSED')
  await proxy.accept()
  expect(proxy.port).toBe(port)
  const next = open(proxy)
  next.socket.write('b')
  await next.says('b')
})

it('cuts at a chosen moment: before the server gets it, or after it and before its answer', async () => {
  const proxy = await start()
  const client = open(proxy)
  const before = proxy.cutWhen(data => data.includes('COMMIT 1'))
  client.socket.write('COMMIT 1')
  await before
  await until(() => client.error)
  expect(received).not.toContain('COMMIT 1')

  const other = open(proxy)
  const after = proxy.cutWhen((data, direction) => direction === 'toServer' && data.includes('COMMIT 2'), { after: true })
  other.socket.write('COMMIT 2')
  await after
  await until(() => other.error)
  expect(received).toContain('COMMIT 2')
  expect(other.text).toBe('')
})
