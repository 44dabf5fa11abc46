import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Registry } from 'prom-client'
import { LongshoreError } from '../errors.js'
import type { Service } from '../lifecycle.js'

/** A part of the process that can tell whether it does its work. */
export interface Component {
  readonly name: string
  /** Why it is not ready; null when it is. */
  notReady(): string | null
}

export interface HealthServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly components: readonly Component[]
  /** Asked at every scrape: a part that is replaced brings another registry. */
  readonly registries: () => readonly Registry[]
}

/** Scrapes and probes are small and quick; whatever is not may not cost us anything. */
const REQUEST_MS = 5_000
const MAX_CONNECTIONS = 64

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/**
 * `/metrics` for Prometheus; `/livez`, which answers while the event loop turns; `/readyz`, which says of every component
 * that does not do its work why not.
 */
export class HealthServer implements Service {
  readonly name = 'health server'
  #server: Server | null = null
  #url: string | null = null

  constructor(private readonly options: HealthServerOptions) {}

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
    const { status, type, body } = await this.#answer(request).catch((error: unknown) => problem(500, 'The answer could not be made', String(error)))
    // Nothing here takes a body; a connection that carries one is not used again.
    const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...(hasBody && { connection: 'close' }) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async #answer({ method, url = '/' }: IncomingMessage): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return problem(405, 'Method not allowed', 'Only GET and HEAD are answered here.')
    switch (url.split('?', 1)[0]) {
      case '/livez': return { status: 200, type: 'application/json', body: '{"live":true}\n' }
      case '/readyz': return this.#readiness()
      case '/metrics': return this.#metrics()
      default: return problem(404, 'Not found', 'There are /metrics, /livez and /readyz.')
    }
  }

  #readiness(): Answer {
    const waiting = this.options.components.flatMap(component => {
      const reason = component.notReady()
      return reason === null ? [] : [{ component: component.name, reason }]
    })
    if (waiting.length === 0) return { status: 200, type: 'application/json', body: '{"ready":true}\n' }
    return problem(503, 'Not ready', waiting.map(({ component, reason }) => `${component}: ${reason}`).join('; '), { components: waiting })
  }

  async #metrics(): Promise<Answer> {
    const merged = Registry.merge([...this.options.registries()])
    return { status: 200, type: merged.contentType, body: await merged.metrics() }
  }
}

/** RFC 9457. */
function problem(status: number, title: string, detail: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return { status, type: 'application/problem+json', body: `${JSON.stringify({ type: 'about:blank', title, status, detail, ...more })}\n` }
}
