import { execute, rows, type Session } from '../database.js'

export interface NewAuditEntry {
  readonly principal: string
  readonly action: string
  readonly dag_id: string | null
  /** JSON: what it was done to. */
  readonly target: string
  readonly body_digest: string | null
  /** Of HTTP; 0 for what was done by command. */
  readonly status: number
  readonly code: string | null
  readonly address: string
}

export interface AuditRow extends NewAuditEntry {
  readonly audit_id: number
  readonly created_at: number
}

export async function insertAudit(session: Session, { principal, action, dag_id, target, body_digest, status, code, address }: NewAuditEntry): Promise<void> {
  await execute(session, `INSERT INTO audit_log (created_at, principal, action, dag_id, target, body_digest, status, code, address) VALUES (${session.dialect.now}, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [principal.slice(0, 250), action.slice(0, 60), dag_id?.slice(0, 200) ?? null, target, body_digest, status, code, address.slice(0, 60)])
}

export interface AuditFilter {
  readonly principal?: string | undefined
  readonly action?: string | undefined
  readonly dag?: string | undefined
}

/** The newest first, before `before`. Each filter is the head of an index. */
export async function listAudit(session: Session, { principal, action, dag }: AuditFilter, before: number | null, limit: number): Promise<AuditRow[]> {
  const filters = ([['principal = ?', principal], ['action = ?', action], ['dag_id = ?', dag], ['audit_id < ?', before ?? undefined]] as const).filter(([, value]) => value !== undefined)
  const where = filters.length === 0 ? '' : `WHERE ${filters.map(([condition]) => condition).join(' AND ')}`
  return rows(session, `SELECT * FROM audit_log ${where} ORDER BY audit_id DESC LIMIT ?`, [...filters.map(([, value]) => value as string | number), limit])
}

/** Forgets what is older than `age`, so many entries at a time; returns how many those were. */
export async function deleteOldAudit(session: Session, age: number, most: number): Promise<number> {
  const old = await rows<{ audit_id: number }>(session, `SELECT audit_id FROM audit_log WHERE created_at < ${session.dialect.now} - ? ORDER BY created_at LIMIT ?`, [age, most])
  if (old.length === 0) return 0
  return execute(session, `DELETE FROM audit_log WHERE audit_id IN (${old.map(() => '?').join(', ')})`, old.map(({ audit_id }) => audit_id))
}
