import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Account } from 'oidc-provider'
import { onTestFinished } from 'vitest'

export const CLIENT = { id: 'longshore', secret: 'a secret of the test' }
const MOST_STEPS = 20

/** A real OpenID Connect provider, which lets everybody in under the name that they give. */
export class OidcServer {
  /** Of each account; the test changes them. */
  readonly groups = new Map<string, readonly string[]>()

  private constructor(readonly issuer: string) {}

  static async start(callback: string): Promise<OidcServer> {
    const server: Server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const oidc = new OidcServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const provider = new Provider(oidc.issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [callback], response_types: ['code'], grant_types: ['authorization_code'] }],
      claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
      cookies: { keys: ['of the test'] },
      pkce: { required: () => true },
      findAccount: (_: unknown, id: string): Account => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id.split('/')[0], groups: oidc.groups.get(id) ?? [] }) }),
    })
    server.on('request', provider.callback())
    onTestFinished(() => new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }))
    return oidc
  }

  /** What a browser does from the address to which it was sent until it is sent back: logs in, consents. */
  async visit(start: string, account: string): Promise<string> {
    const cookies = new Map<string, string>()
    let url = start
    let body: URLSearchParams | undefined
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }, ...(body !== undefined && { method: 'POST', body }) })
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        cookies.set(name, value)
      }
      body = undefined
      const location = response.headers.get('location')
      const page = await response.text()
      if (location !== null) {
        url = new URL(location, url).href
        if (!url.startsWith(this.issuer)) return url
        continue
      }
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
      const action = /action="([^"]+)"/.exec(page)?.[1]
      if (prompt === undefined || action === undefined) throw new Error(`the provider shows ${response.status}: ${page.slice(0, 500)}`)
      url = new URL(action, url).href
      body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: account, password: 'any' }) })
    }
    throw new Error('the provider never sent the browser back')
  }
}
