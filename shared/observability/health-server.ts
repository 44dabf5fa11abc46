import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { LongshoreError } from '../errors.js'
import type { Service } from '../lifecycle.js'
import { Health, healthProblem, type HealthAnswer, type HealthOptions } from './health.js'

export interface HealthServerOptions extends HealthOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** Scrapes and probes are small and quick; whatever is not may not cost us anything. */
const REQUEST_MS = 5_000
const MAX_CONNECTIONS = 64

/** {@link Health} on a port of its own, for processes that have nothing else to say over HTTP. */
export class HealthServer implements Service {
  readonly name = 'health server'
  #server: Server | null = null
  #url: string | null = null
  readonly #health: Health

  constructor(private readonly options: HealthServerOptions) {
    this.#health = new Health(options)
  }

  /** Where it listens; null while it does not. */
  get url(): string | null {
    return this.#url
  }

  async start(): Promise<void> {
    const { host, port } = this.options
    const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, keepAliveTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000, maxHeaderSize: 8_192 })
    server.maxConnections = MAX_CONNECTIONS
    server.on('request', (request, response) => { void this.#respond(request, response) })
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => reject(new LongshoreError('LS_CONFIG', `cannot listen on ${host}:${port}: ${cause.message}`, {
        cause, hint: 'Choose another httpPort (0 takes any that is free), or end what listens there.',
      })))
      server.listen(port, host, resolve)
    })
    const address = server.address()
    if (address === null || typeof address === 'string') return
    this.#url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#url = null
    if (server === null || !server.listening) return
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.#answer(request).catch((error: unknown) => healthProblem(500, 'The answer could not be made', String(error)))
    // Nothing here takes a body; a connection that carries one is not used again.
    const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...(hasBody && { connection: 'close' }) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async #answer({ method, url = '/' }: IncomingMessage): Promise<HealthAnswer> {
    if (method !== 'GET' && method !== 'HEAD') return healthProblem(405, 'Method not allowed', 'Only GET and HEAD are answered here.')
    return this.#health.answer(url.split('?', 1)[0] ?? '/')
  }
}
