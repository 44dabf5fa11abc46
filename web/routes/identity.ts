import type { Api, WebContext } from '../app.js'
import { auditRoutes } from './audit.js'
import { authRoutes } from './auth.js'
import { tokenRoutes } from './tokens.js'
import { userRoutes } from './users.js'

/** Who people are, what they may and what they did. */
export function identityRoutes(api: Api, context: WebContext): void {
  for (const routes of [authRoutes, userRoutes, tokenRoutes, auditRoutes]) routes(api, context)
}
