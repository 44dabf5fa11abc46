import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'

/** As much of S3 as Terraform's state backend needs: whole objects, listings, and `If-None-Match: *`, by which a lock is taken once. */
export class LockS3 {
  readonly objects = new Map<string, { readonly body: Buffer; readonly encryption: string | undefined }>()
  /** How many were refused a lock that another one had. */
  refusals = 0
  /** Who has the lock gets the state only when so many others have been refused. */
  refusalsFirst = 0
  readonly #waiting: (() => void)[] = []
  private readonly server = createServer((request, response) => void this.#answer(request, response))

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
  }

  environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'stub', AWS_SECRET_ACCESS_KEY: 'stub', AWS_EC2_METADATA_DISABLED: 'true',
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = plain(request, Buffer.concat(await request.toArray() as Buffer[]))
    const url = new URL(request.url ?? '/', 'http://s3')
    const object = this.objects.get(url.pathname)
    if (request.method === 'GET' && url.searchParams.has('list-type')) return void this.#list(response)
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] === '*' && object !== undefined) {
        if (++this.refusals >= this.refusalsFirst) for (const go of this.#waiting.splice(0)) go()
        return void refuse(response, 412, 'PreconditionFailed')
      }
      this.objects.set(url.pathname, { body, encryption: request.headers['x-amz-server-side-encryption'] as string | undefined })
      return void response.writeHead(200, { etag: etag(body) }).end()
    }
    if (request.method === 'DELETE') {
      this.objects.delete(url.pathname)
      return void response.writeHead(204).end()
    }
    if (object === undefined) return void refuse(response, 404, 'NoSuchKey')
    if (request.method === 'GET' && url.pathname.endsWith('.tfstate') && this.refusals < this.refusalsFirst) await new Promise<void>(resolve => this.#waiting.push(resolve))
    response.writeHead(200, { 'content-length': object.body.length, etag: etag(object.body) }).end(request.method === 'HEAD' ? undefined : object.body)
  }

  #list(response: ServerResponse): void {
    const keys = [...this.objects.keys()].map(path => `<Contents><Key>${path.split('/').slice(2).join('/')}</Key><Size>1</Size></Contents>`)
    response.writeHead(200, { 'content-type': 'application/xml' }).end(`<ListBucketResult><IsTruncated>false</IsTruncated>${keys.join('')}</ListBucketResult>`)
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`
}

/** The SDK sends bodies in signed chunks: a length in hexadecimal, a line, the bytes, a line. */
function plain(request: IncomingMessage, body: Buffer): Buffer {
  if (!`${request.headers['content-encoding'] ?? ''} ${String(request.headers['x-amz-content-sha256'] ?? '')}`.match(/aws-chunked|STREAMING/)) return body
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.subarray(at, end).toString().split(';')[0] ?? '', 16)
    if (!(length > 0)) return Buffer.concat(parts)
    parts.push(body.subarray(end + 2, end + 2 + length))
    at = end + 4 + length
  }
}
