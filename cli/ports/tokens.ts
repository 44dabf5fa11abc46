import type { Grant } from '../../web/identity/access.js'
import type { TokenView } from '../../web/identity/tokens.js'

export interface WantedToken {
  readonly user: string
  readonly name: string
  readonly limits: readonly Grant[]
  /** Milliseconds; null: for ever. */
  readonly lifetime: number | null
}

export interface Tokens {
  /** Of one user, or of all. */
  list(user: string | null): Promise<readonly TokenView[]>
  create(wanted: WantedToken): Promise<TokenView & { readonly secret: string }>
  revoke(token: string): Promise<void>
}
