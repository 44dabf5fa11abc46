import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import Modem, { type ConstructorOptions, type DialOptions, type RequestCallback, type StatusCodes } from 'docker-modem'

type Body = string | Buffer | NodeJS.ReadableStream | undefined

/** What a modem is made of, which its types keep to themselves. */
interface Works {
  readonly protocol: 'http' | 'https' | 'ssh'
  /** Milliseconds of silence; none, or no number: for ever. */
  readonly timeout?: number
  buildRequest(options: RequestOptions, context: DialOptions, data: Body, callback: RequestCallback): void
  buildPayload(error: null, isStream: boolean, statusCodes: StatusCodes, openStdin: boolean, request: ClientRequest, response: IncomingMessage, body: unknown, callback: RequestCallback): void
}

/**
 * docker-modem, which dockerode calls through, without what each of its requests costs besides: it prints the request for its debug log,
 * on or off, looks for redirects, and throws and catches an error for an answer without a body.
 */
export function leanModem(options: ConstructorOptions): Modem {
  const modem = new Modem(options)
  const works = modem as unknown as Works
  const theirs = works.buildRequest.bind(works)
  works.buildRequest = (asked, context, data, callback) => {
    const isPlain = context.hijack !== true && context.openStdin !== true && (data === undefined || typeof data === 'string')
    if (!isPlain || works.protocol === 'ssh') return theirs(asked, context, data, callback)
    try {
      request(works, asked, context, data, callback)
    } catch (error) {
      // An address that cannot be one.
      callback(error as Error, null)
    }
  }
  return modem
}

function request(works: Works, asked: RequestOptions, { isStream = false, statusCodes = {} }: DialOptions, data: string | undefined, callback: RequestCallback): void {
  let isOver = false
  const settle: RequestCallback = (error, result) => {
    if (isOver) return
    isOver = true
    callback(error, result)
  }
  const sent = (works.protocol === 'https' ? https : http).request(asked, response => {
    const answer = (body: unknown): void => { works.buildPayload(null, isStream, statusCodes, false, sent, response, body, settle) }
    if (isStream) return answer(null)
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    response.on('error', error => { settle(error, null) })
    response.on('end', () => { answer(bodyOf(Buffer.concat(chunks))) })
  })
  if (works.timeout !== undefined && works.timeout > 0) sent.setTimeout(works.timeout, () => { sent.destroy() })
  sent.on('error', error => { settle(error, null) })
  sent.end(data)
}

/** As docker-modem has it: what is no JSON stays as it came. */
function bodyOf(raw: Buffer): unknown {
  if (raw.length === 0) return raw
  try {
    return JSON.parse(raw.toString()) as unknown ?? raw
  } catch {
    return raw
  }
}
