import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../shared/database/database.js'
import { answerOfKey, deleteKey, keepAnswer, takeKey, takeOverKey } from '../../shared/database/tables/idempotency-keys.js'
import { digestOf } from '../identity/secret.js'
import { bodyDigest } from './body-digest.js'
import { Problem } from './problem.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False: answers hold secrets and are not kept. */
    idempotent?: false
  }
  interface FastifyRequest {
    /** Hash of the key that this request is the first with. */
    ownKey: string | null
  }
}

/** After so long without an answer the process that worked on the first request is gone; requests end after half of it. */
const ABANDONED_MS = 60_000
const MOST_KEY = 200
const MOST_BODY = 1024 * 1024

/**
 * Has a POST with an `Idempotency-Key` take effect once: a repeat gets the answer of the first one, for a day. A request that
 * failed has had no effect and may be sent again with its key.
 */
export function keepAnswers(app: FastifyInstance, database: Database): void {
  app.decorateRequest('ownKey', null)
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (key === undefined || request.method !== 'POST' || request.principal === null || request.routeOptions.config.idempotent === false) return undefined
    if (typeof key !== 'string' || key === '' || key.length > MOST_KEY) throw new Problem('LS_REQUEST_INVALID', `an Idempotency-Key has 1 to ${MOST_KEY} characters`)
    const hash = digestOf(JSON.stringify([request.principal.name, key]))
    const asked = digestOf(JSON.stringify([request.method, request.url, bodyDigest(request)]))
    if (await database.transact('take-key', tx => takeKey(tx, hash, asked))) {
      request.ownKey = hash
      return undefined
    }
    return replay(request, reply, hash, asked)
  })
  app.addHook('onSend', async ({ ownKey }, reply, payload: unknown) => {
    if (ownKey === null) return payload
    const { statusCode: status } = reply
    if (status >= 400 || typeof payload !== 'string' || payload.length > MOST_BODY) await database.transact('drop-key', tx => deleteKey(tx, ownKey))
    else await database.transact('keep-answer', tx => keepAnswer(tx, ownKey, { status, type: String(reply.getHeader('content-type') ?? 'application/json'), body: payload }))
    return payload
  })

  async function replay(request: FastifyRequest, reply: FastifyReply, hash: string, asked: string): Promise<FastifyReply | undefined> {
    const kept = await answerOfKey(database, hash)
    if (kept !== undefined && kept.request !== asked) throw new Problem('LS_IDEMPOTENCY_REUSED', 'this Idempotency-Key came with another request before')
    if (kept !== undefined && kept.status !== null) return reply.status(kept.status).header('idempotency-replayed', 'true').type(kept.type ?? 'application/json').send(kept.body ?? '')
    if (await database.transact('take-over-key', tx => takeOverKey(tx, hash, ABANDONED_MS))) {
      request.ownKey = hash
      return undefined
    }
    void reply.header('retry-after', '1')
    throw new Problem('LS_IDEMPOTENCY_BUSY', 'the first request with this Idempotency-Key has not been answered yet')
  }
}
