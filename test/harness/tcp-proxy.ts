import { connect, createServer, type Server, type Socket } from 'node:net'
import { atEnd } from './cleanup.js'
import { freePort } from './free-port.js'

/** A port, or the path of a Unix socket. */
export type Target = { readonly port: number; readonly host?: string } | { readonly path: string }

type Direction = 'toServer' | 'toClient'
interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/** A line between clients and a server on which everything can go wrong that goes wrong with lines. */
export class TcpProxy {
  readonly #pairs = new Set<Pair>()
  #server: Server | undefined
  #paused = false
  #delay = 0
  #dropping: Record<Direction, boolean> = { toServer: false, toClient: false }
  #waiting: (() => void)[] = []
  #trip: ((data: Buffer, direction: Direction) => boolean) | undefined
  #afterTrip = false
  #port = 0

  constructor(private readonly target: Target) {}

  get port(): number {
    return this.#port
  }

  /** How many lines are open. */
  get connections(): number {
    return this.#pairs.size
  }

  /** A server's address with this proxy's port in it. */
  through(url: string): string {
    const changed = new URL(url)
    changed.hostname = '127.0.0.1'
    changed.port = String(this.port)
    return changed.toString()
  }

  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort()
    const server = createServer(client => this.#accept(client))
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
  }

  /** Nothing moves in either direction, nothing is lost: a line that hangs. */
  pause(): void {
    this.#paused = true
    for (const { client, server } of this.#pairs) {
      client.pause()
      server.pause()
    }
  }

  /** Ends {@link pause}, {@link drop}, {@link delay} and {@link cutWhen}. Lines on which bytes were dropped are cut: they could only talk nonsense. */
  resume(): void {
    const dropped = this.#dropping.toServer || this.#dropping.toClient
    this.#paused = false
    this.#delay = 0
    this.#trip = undefined
    this.#dropping = { toServer: false, toClient: false }
    if (dropped) this.cut()
    for (const wake of this.#waiting.splice(0)) wake()
    for (const { client, server } of this.#pairs) {
      client.resume()
      server.resume()
    }
  }

  /** What is sent vanishes and nobody is told: a partition, or with one direction a half-open line. */
  drop(direction?: Direction): void {
    this.#dropping = { toServer: direction !== 'toClient', toClient: direction !== 'toServer' }
  }

  /** Everything arrives this many milliseconds later, in order. */
  delay(milliseconds: number): void {
    this.#delay = milliseconds
  }

  /** Resets every open line; new ones are accepted. */
  cut(): void {
    for (const { client, server } of [...this.#pairs]) {
      client.resetAndDestroy()
      server.destroy()
    }
    this.#pairs.clear()
  }

  /**
   * Cuts a line at the moment a chunk for which this says yes is on it. `after: false` keeps the chunk back; `after: true` lets it through
   * and cuts before the answer: the client cannot know whether the server did it. Once only.
   */
  cutWhen(matches: (data: Buffer, direction: Direction) => boolean, { after = false }: { readonly after?: boolean } = {}): Promise<void> {
    return new Promise(resolve => {
      this.#trip = (data, direction) => {
        if (!matches(data, direction)) return false
        this.#trip = undefined
        this.#afterTrip = after
        resolve()
        return true
      }
    })
  }

  /** Resets every line and refuses new ones, until {@link accept}. */
  async refuse(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.cut()
    await new Promise<void>(resolve => (server === undefined ? resolve() : server.close(() => resolve())))
  }

  /** Listens again on the same port. */
  async accept(): Promise<void> {
    if (this.#server === undefined) await this.start()
  }

  async stop(): Promise<void> {
    await this.refuse()
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #accept(client: Socket): void {
    const server = connect('path' in this.target ? this.target : { host: '127.0.0.1', ...this.target })
    const pair = { client, server }
    this.#pairs.add(pair)
    client.setNoDelay()
    server.setNoDelay()
    const end = (): void => {
      this.#pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    this.#forward(pair, 'toServer', client, server)
    this.#forward(pair, 'toClient', server, client)
    if (this.#paused) {
      client.pause()
      server.pause()
    }
  }

  #forward(pair: Pair, direction: Direction, from: Socket, to: Socket): void {
    let last = Promise.resolve()
    from.on('data', (data: Buffer) => {
      if (this.#dropping[direction]) return
      if (this.#trip?.(data, direction)) {
        if (!this.#afterTrip) return this.#reset(pair)
        // The server gets it; what it answers does not come back.
        pair.server.removeAllListeners('data').on('data', () => this.#reset(pair))
      }
      const due = performance.now() + this.#delay
      last = last.then(async () => {
        const rest = due - performance.now()
        if (rest > 0) await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, rest)
          this.#waiting.push(() => {
            clearTimeout(timer)
            resolve()
          })
        })
        if (this.#paused) await new Promise<void>(resolve => this.#waiting.push(resolve))
        if (this.#dropping[direction] || to.destroyed) return
        if (!to.write(data)) {
          from.pause()
          to.once('drain', () => {
            if (!this.#paused) from.resume()
          })
        }
      })
    })
    from.on('end', () => void last.then(() => to.end()))
  }

  #reset({ client, server }: Pair): void {
    client.resetAndDestroy()
    server.destroy()
  }
}

/** A proxy before a server on this machine, stopped when the test file ends. */
export async function startTcpProxy(target: Target): Promise<TcpProxy> {
  const proxy = new TcpProxy(target)
  atEnd(() => proxy.stop())
  await proxy.start()
  return proxy
}
