import * as oidc from 'openid-client'
import type { Config } from '../../../shared/config/schema.js'
import { Problem } from '../../http/problem.js'

/** What one login must come back with; the browser that began it keeps it in a cookie. */
export interface LoginInFlight {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** The page to which it leads. */
  readonly next: string
}

export interface Somebody {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly groups: readonly string[]
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const TIMEOUT_S = 10

/** An OpenID Connect provider: authorization code flow with PKCE, state and nonce. */
export class OidcProvider {
  #configuration: Promise<oidc.Configuration> | null = null

  constructor(private readonly config: Config) {}

  /** Where the browser is sent, and what is to be kept meanwhile. */
  async begin(redirectUri: string, next: string): Promise<{ readonly url: string; readonly login: LoginInFlight }> {
    const login = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier(), next }
    const url = oidc.buildAuthorizationUrl(await this.#discovered(), {
      redirect_uri: redirectUri, scope: this.config.oidcScopes.join(' '), state: login.state, nonce: login.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(login.verifier), code_challenge_method: 'S256',
    })
    return { url: url.href, login }
  }

  /** Who came back. @throws Problem LS_LOGIN_PROVIDER when the answer is not one to this login, or names nobody */
  async finish(callback: URL, { state, nonce, verifier }: LoginInFlight): Promise<Somebody> {
    const configuration = await this.#discovered()
    const { oidcUserClaim, oidcGroupsClaim } = this.config
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, callback, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true })
      const claims = tokens.claims()
      if (claims === undefined) throw new Error('the answer has no ID token')
      // Many providers tell groups and names only there.
      const isComplete = claims[oidcUserClaim] !== undefined && claims[oidcGroupsClaim] !== undefined
      const more = isComplete || configuration.serverMetadata().userinfo_endpoint === undefined ? {} : await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
      const all: Readonly<Record<string, unknown>> = { ...more, ...claims }
      const name = all[oidcUserClaim]
      if (typeof name !== 'string') throw new Error(`the provider does not tell the claim '${oidcUserClaim}'`)
      return { issuer: claims.iss, subject: claims.sub, name, groups: groupsIn(all[oidcGroupsClaim]) }
    } catch (cause) {
      throw new Problem('LS_LOGIN_PROVIDER', `the login through ${this.config.oidcIssuer} failed: ${(cause as Error).message}`, { cause })
    }
  }

  /** Asked once; a provider that was away is asked again. */
  async #discovered(): Promise<oidc.Configuration> {
    const { oidcIssuer, oidcClientId, oidcClientSecret } = this.config
    const issuer = new URL(oidcIssuer)
    // Without TLS anybody on the way could say who somebody is; on the machine itself there is no way.
    const execute = issuer.protocol === 'http:' && LOOPBACK.has(issuer.hostname) ? [oidc.allowInsecureRequests] : []
    this.#configuration ??= oidc.discovery(issuer, oidcClientId, undefined, oidcClientSecret === '' ? oidc.None() : oidc.ClientSecretBasic(oidcClientSecret), { execute, timeout: TIMEOUT_S })
    try {
      return await this.#configuration
    } catch (cause) {
      this.#configuration = null
      throw new Problem('LS_LOGIN_PROVIDER', `${oidcIssuer} does not answer as an OpenID Connect provider: ${(cause as Error).message}`, { cause })
    }
  }
}

const groupsIn = (claim: unknown): string[] => (Array.isArray(claim) ? claim : typeof claim === 'string' ? [claim] : []).filter(group => typeof group === 'string')
