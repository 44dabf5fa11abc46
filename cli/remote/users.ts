import type { Grant } from '../../web/identity/access.js'
import type { UserView } from '../../web/identity/users.js'
import type { LoginCode, Users } from '../ports/users.js'
import { bodyOf, itemsOf, type Api } from './api.js'

export class RemoteUsers implements Users {
  constructor(private readonly api: Api) {}

  list(): Promise<readonly UserView[]> {
    return itemsOf<UserView>(query => bodyOf(this.api.GET('/api/v1/users', { params: { query } })))
  }

  async create(user: string, password: string | null, grant: Grant): Promise<string> {
    return (await bodyOf(this.api.POST('/api/v1/users', { body: { user, password, grants: [grant] } }))).user
  }

  async remove(user: string): Promise<void> {
    await bodyOf(this.api.DELETE('/api/v1/users/{user}', { params: { path: { user } } }))
  }

  async grant(user: string, { role, namespace }: Grant): Promise<void> {
    await bodyOf(this.api.PUT('/api/v1/users/{user}/grants/{namespace}', { params: { path: { user, namespace } }, body: { role } }))
  }

  async revoke(user: string, namespace: string): Promise<void> {
    await bodyOf(this.api.DELETE('/api/v1/users/{user}/grants/{namespace}', { params: { path: { user, namespace } } }))
  }

  async setPassword(user: string, password: string): Promise<void> {
    await bodyOf(this.api.PUT('/api/v1/users/{user}/password', { params: { path: { user } }, body: { password } }))
  }

  loginCode(user: string): Promise<LoginCode> {
    return bodyOf(this.api.POST('/api/v1/users/{user}/login-code', { params: { path: { user } } }))
  }
}
