import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { atEnd } from './cleanup.js'
import { tempDir } from './temp-dir.js'

/** A Docker that refuses what it is told to refuse, in front of one that works. */
export class DockerProxy {
  /** `METHOD /path` of everything that was asked. */
  readonly requests: string[] = []
  #refusal: { readonly matches: RegExp; readonly status: number; readonly message: string } | null = null
  #detention: { readonly matches: RegExp; readonly take: (pass: () => Promise<void>) => void } | null = null
  #server: Server | undefined

  constructor(private readonly target: string, private readonly socketPath: string) {}

  get host(): string {
    return `unix://${this.socketPath}`
  }

  /** From now on such requests (`POST /containers/x/start`) never reach Docker and are answered so. */
  refuse(matches: RegExp, status: number, message: string): void {
    this.#refusal = { matches, status, message }
  }

  accept(): void {
    this.#refusal = null
  }

  /** The next such request, which has no body, is cut off from who sent it; it reaches Docker when what this resolves with is called. */
  detain(matches: RegExp): Promise<() => Promise<void>> {
    return new Promise(take => { this.#detention = { matches, take } })
  }

  count(matches: RegExp): number {
    return this.requests.filter(line => matches.test(line)).length
  }

  start(): Promise<void> {
    const server = this.#server = createServer((incoming, response) => this.#pass(incoming, response))
    return new Promise((resolve, reject) => server.once('error', reject).listen(this.socketPath, resolve))
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise<void>(resolve => (this.#server === undefined ? resolve() : this.#server.close(() => resolve())))
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`
    this.requests.push(line)
    const detention = this.#detention
    if (detention?.matches.test(line) === true) {
      this.#detention = null
      response.destroy()
      detention.take(() => new Promise((resolve, reject) => {
        request({ socketPath: this.target, method: incoming.method, path: incoming.url }, answer => { answer.resume().on('end', resolve) }).on('error', reject).end()
      }))
      return
    }
    const refusal = this.#refusal
    if (refusal?.matches.test(line) === true) {
      incoming.resume()
      response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(JSON.stringify({ message: refusal.message }))
      return
    }
    const outgoing = request({ socketPath: this.target, method: incoming.method, path: incoming.url, headers: incoming.headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      // What is followed has a head long before it has a body.
      response.flushHeaders()
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    outgoing.on('error', () => response.destroy())
    response.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }
}

/** Stopped when the test file ends. */
export async function startDockerProxy(target: string): Promise<DockerProxy> {
  const proxy = new DockerProxy(target, join(tempDir('docker-proxy'), 'docker.sock'))
  atEnd(() => proxy.stop())
  await proxy.start()
  return proxy
}
