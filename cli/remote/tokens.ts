import { LongshoreError } from '../../shared/errors.js'
import type { TokenView } from '../../web/identity/tokens.js'
import type { Tokens } from '../ports/tokens.js'
import { bodyOf, itemsOf, type Api } from './api.js'

export class RemoteTokens implements Tokens {
  constructor(private readonly api: Api) {}

  list(user: string | null): Promise<readonly TokenView[]> {
    return itemsOf<TokenView>(query => bodyOf(this.api.GET('/api/v1/tokens', { params: { query: { ...query, user: user ?? '*' } } })))
  }

  /** The API makes them for people who are signed in: else a token that leaks would outlive its end and its limits. */
  create(): Promise<never> {
    return Promise.reject(new LongshoreError('LS_NOT_ALLOWED', 'a token cannot make tokens', { hint: 'Make it on the page Tokens, or with this command and without --server on the scheduler\'s host.' }))
  }

  async revoke(token: string): Promise<void> {
    await bodyOf(this.api.DELETE('/api/v1/tokens/{token}', { params: { path: { token } } }))
  }
}
