import { chunks } from '../../shared/database/chunks.js'
import type { Database } from '../../shared/database/database.js'
import { holdersOfTokens } from '../../shared/database/tables/api-tokens.js'
import { holdersOfSessions, type SessionLife } from '../../shared/database/tables/sessions.js'
import type { Grant } from './access.js'
import { grantsIn } from './holder.js'
import type { Credential } from './principal.js'
import { grantsOfToken } from './tokens.js'

export const keyOf = (credential: Credential): string => (credential.kind === 'session' ? `session ${credential.hash}` : `token ${credential.id}`)

/** What each of these still allows, by {@link keyOf}; what has ended is not in it. Unlike a request it does not count as use. */
export async function heldGrants(database: Database, credentials: readonly Credential[], life: SessionLife): Promise<Map<string, Grant[]>> {
  const held = new Map<string, Grant[]>()
  for (const hashes of chunks(credentials.flatMap(one => (one.kind === 'session' ? [one.hash] : [])))) {
    for (const [hash, rows] of byKey(await holdersOfSessions(database, hashes, life), row => row.hash)) held.set(keyOf({ kind: 'session', hash }), grantsIn(rows))
  }
  for (const ids of chunks(credentials.flatMap(one => (one.kind === 'token' ? [one.id] : [])))) {
    for (const [id, rows] of byKey(await holdersOfTokens(database, ids), row => row.token_id)) held.set(keyOf({ kind: 'token', id }), grantsOfToken(rows))
  }
  return held
}

function byKey<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(key(row), [...groups.get(key(row)) ?? [], row])
  return groups
}
