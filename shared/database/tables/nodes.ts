import { chunks } from '../chunks.js'
import { rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'

export interface NodeRow {
  readonly node_id: string
  /** JSON: what it last said of itself. */
  readonly report: string
  readonly last_seen: number
  /** The revision that it was let update to, and when; null: none. */
  readonly granted_revision: number | null
  readonly granted_at: number | null
}

export async function listNodes(session: Session): Promise<NodeRow[]> {
  return rows(session, 'SELECT * FROM nodes ORDER BY node_id')
}

/** Writes down what nodes said; a slot that one has stays. */
export async function writeNodes(session: Session, nodes: readonly Pick<NodeRow, 'node_id' | 'report' | 'last_seen'>[]): Promise<void> {
  for (const chunk of chunks(nodes)) await session.query('nodes').insert([...chunk]).onConflict('node_id').merge(['report', 'last_seen'])
}

/** Gives slots. */
export async function grantSlots(session: Session, grants: readonly { readonly node: string; readonly revision: number }[], at: number): Promise<void> {
  if (grants.length === 0) return
  const { dialect, query } = session
  const table = dialect.jsonRows([{ name: 'id', type: 'text' }, { name: 'r', type: 'integer' }])
  await query.raw(dialect.updateFrom({ table: 'nodes', rows: table, set: { granted_revision: 'v.r', granted_at: String(at) }, where: 't.node_id = v.id' }),
    [jsonParameter(grants.map(({ node, revision }) => [node, revision]))])
}

export async function forgetNodes(session: Session, before: number): Promise<void> {
  await session.query('nodes').where('last_seen', '<', before).delete()
}
