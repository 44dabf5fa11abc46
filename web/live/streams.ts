import type { FastifyRequest } from 'fastify'
import type { Database } from '../../shared/database/database.js'
import type { SessionLife } from '../../shared/database/tables/sessions.js'
import { placeOf } from '../http/address.js'
import { EventStream } from '../http/event-stream.js'
import { principalOf } from '../http/route-access.js'
import type { Grant } from '../identity/access.js'
import { heldGrants, keyOf } from '../identity/held-grants.js'
import type { Credential, Principal } from '../identity/principal.js'
import { READER_LIMITS, ReaderLimits } from './reader-limits.js'

/** How long somebody may go on listening who may not any more. */
const CHECK_MS = 2_000

/**
 * All streams of this process: of changes and of logs. A stream ends with the session or the token that opened it, and when
 * what they allow has changed: whoever may still listen asks again, and what they may see is decided anew.
 */
export class Streams {
  readonly #limits = new ReaderLimits(READER_LIMITS)
  readonly #open = new Map<EventStream, Principal>()

  constructor(private readonly database: Database, private readonly life: SessionLife) {}

  get size(): number {
    return this.#open.size
  }

  /** @throws Problem LS_TOO_MANY_REQUESTS */
  open(request: FastifyRequest): EventStream {
    const principal = principalOf(request)
    const leave = this.#limits.enter(principal, placeOf(request.ip))
    const stream = new EventStream()
    this.#open.set(stream, principal)
    stream.once('close', () => {
      this.#open.delete(stream)
      leave()
    })
    // Nobody reads what is only asked about, and nothing would ever close it.
    if (request.method === 'HEAD') stream.destroy()
    return stream
  }

  /** Looks at all sessions and tokens at once, however many streams there are. */
  async runOnce(): Promise<number> {
    const asked = [...this.#open]
    const known = new Map(asked.flatMap(([, { credential }]): [string, Credential][] => (credential === undefined ? [] : [[keyOf(credential), credential]])))
    if (known.size === 0) return CHECK_MS
    const held = await heldGrants(this.database, [...known.values()], this.life)
    for (const [stream, { credential, grants }] of asked) {
      if (credential !== undefined && textOf(held.get(keyOf(credential))) !== textOf(grants)) stream.end()
    }
    return CHECK_MS
  }
}

/** Null: it does not hold any more. The database tells grants in any order. */
const textOf = (grants: readonly Grant[] | undefined): string | null => (grants === undefined ? null : grants.map(({ role, namespace }) => `${role}@${namespace}`).sort().join())
