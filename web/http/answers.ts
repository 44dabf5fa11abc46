import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Smaller answers fit into a few packets anyway. */
const COMPRESS_FROM = 4 * 1024
/** zlib's own level of 6 takes twice as long for a tenth less. In one piece: each goes to another thread and back. */
const GZIP = { level: 3, chunkSize: 64 * 1024 }
const compress = promisify(gzip)

/** Gives every JSON answer to GET an ETag, so that what has not changed is not sent again, and compresses large ones. */
export function shrinkAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    if (typeof payload !== 'string' || payload === '' || !isJson(reply)) return payload
    const plain = Buffer.from(payload)
    void reply.header('vary', 'accept-encoding, authorization, cookie')
    if (request.method === 'GET' && reply.statusCode === 200) {
      const tag = `W/"${createHash('sha1').update(plain).digest('base64url')}"`
      void reply.header('etag', tag)
      if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'private, no-cache')
      if (isKnown(request, tag)) {
        void reply.code(304).removeHeader('content-type')
        return ''
      }
    }
    if (payload.length < COMPRESS_FROM || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return payload
    const bytes = await compress(plain, GZIP)
    void reply.header('content-encoding', 'gzip').header('content-length', bytes.length)
    return bytes
  })
}

const isJson = (reply: FastifyReply): boolean => String(reply.getHeader('content-type') ?? '').startsWith('application/json')

const isKnown = (request: FastifyRequest, tag: string): boolean =>
  String(request.headers['if-none-match'] ?? '').split(',').some(known => known.trim() === tag || known.trim() === '*')
