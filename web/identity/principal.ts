import type { FastifyRequest } from 'fastify'
import type { Grant } from './access.js'

/** What somebody is known by; it may end while they go on listening. */
export type Credential = { readonly kind: 'session'; readonly hash: string } | { readonly kind: 'token'; readonly id: string }

/** Who makes a request. */
export interface Principal {
  readonly kind: 'user' | 'token'
  readonly user: number
  /** Shown in the audit log and in reasons: `ann`, or `ann (token ci)`. */
  readonly name: string
  readonly grants: readonly Grant[]
  /** Came by a cookie, which a browser sends by itself: what changes something must prove that our own page sent it. */
  readonly byCookie: boolean
  /** Left out where there is nothing that could end. */
  readonly credential?: Credential
}

/** Finds out who makes a request; null when nobody says so or what they say does not hold (any more). */
export interface Authenticator {
  authenticate(request: FastifyRequest): Promise<Principal | null>
}
