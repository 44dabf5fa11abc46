import type { HolderRow } from '../../shared/database/tables/sessions.js'
import type { Grant, Role } from './access.js'

/** What the rows of a user, one per grant, say that they may. */
export const grantsIn = (rows: readonly HolderRow[]): Grant[] =>
  rows.flatMap(({ role, namespace }) => (role === null || namespace === null ? [] : [{ role: role as Role, namespace }]))
