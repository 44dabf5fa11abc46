import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { atEnd } from '../harness/cleanup.js'

/**
 * The metadata service of EC2 as AWS documents it (a token by PUT, 401 without, 404 for what there is not), and the query API of
 * the services, which answers every action and remembers it.
 */
export class ImitatedAws {
  readonly metadata: Record<string, string> = { 'instance-id': 'i-0123456789abcdef0', 'placement/region': 'eu-central-1' }
  readonly actions: URLSearchParams[] = []
  #tokens = new Set<string>()

  private constructor(readonly url: string) {}

  static async start(): Promise<ImitatedAws> {
    const server = createServer((request, response) => {
      aws.#answer(request).then(({ status, body }) => response.writeHead(status, { 'content-type': status === 200 && body.startsWith('<') ? 'text/xml' : 'text/plain' }).end(body), () => response.destroy())
    })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    atEnd(() => new Promise<void>(resolve => { server.close(() => { resolve() }); server.closeAllConnections() }))
    const aws: ImitatedAws = new ImitatedAws(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return aws
  }

  /** As after a stop and a start of the instance. */
  forgetTokens(): void {
    this.#tokens = new Set()
  }

  did(action: string): number {
    return this.actions.filter(one => one.get('Action') === action).length
  }

  async #answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> {
    const { method, url = '', headers } = request
    if (method === 'PUT' && url === '/latest/api/token') {
      if (Number(headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0) return { status: 200, body: this.#newToken() }
      return { status: 400, body: '' }
    }
    if (url.startsWith('/latest/meta-data/')) {
      if (!this.#tokens.has(String(headers['x-aws-ec2-metadata-token']))) return { status: 401, body: '' }
      const found = this.metadata[url.slice('/latest/meta-data/'.length)]
      return found === undefined ? { status: 404, body: '' } : { status: 200, body: found }
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    this.actions.push(form)
    const action = form.get('Action') ?? ''
    return { status: 200, body: `<${action}Response><${action}Result/><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>` }
  }

  #newToken(): string {
    const token = `token-${this.#tokens.size}-${this.actions.length}`
    this.#tokens.add(token)
    return token
  }
}
