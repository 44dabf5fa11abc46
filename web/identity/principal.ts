import type { FastifyRequest } from 'fastify'
import type { Grant } from './access.js'

/** Who makes a request. */
export interface Principal {
  readonly kind: 'user' | 'token'
  readonly user: number
  /** Shown in the audit log and in reasons: `ann`, or `ann (token ci)`. */
  readonly name: string
  readonly grants: readonly Grant[]
  /** Came by a cookie, which a browser sends by itself: what changes something must prove that our own page sent it. */
  readonly byCookie: boolean
}

/** Finds out who makes a request; null when nobody says so or what they say does not hold (any more). */
export interface Authenticator {
  authenticate(request: FastifyRequest): Promise<Principal | null>
}
