import type { Grant } from '../../web/identity/access.js'
import type { UserView } from '../../web/identity/users.js'

/** Signs its user in once. */
export interface LoginCode {
  readonly code: string
  /** Null where the address of the pages is not known. */
  readonly url: string | null
  readonly expiresAt: string
}

export interface Users {
  list(): Promise<readonly UserView[]>
  /** Returns the name as it is kept. */
  create(name: string, password: string | null, grant: Grant): Promise<string>
  remove(user: string): Promise<void>
  grant(user: string, grant: Grant): Promise<void>
  revoke(user: string, namespace: string): Promise<void>
  setPassword(user: string, password: string): Promise<void>
  loginCode(user: string): Promise<LoginCode>
}
