import type { DagSpec, DagVersion } from '../../dag/model.js'
import { upgradeSpec } from '../../dag/upgrade.js'
import { rows, type Session } from '../database.js'

export interface VersionRow {
  readonly version_key: number
  readonly dag_key: number
  readonly number: number
  readonly hash: string
}

/** The key of this version of a DAG whose row the caller has locked; made when it is new. */
export async function ensureVersion(session: Session, dagKey: number, { spec, hash }: DagVersion): Promise<number> {
  const found = await rows<VersionRow>(session, 'SELECT version_key FROM dag_versions WHERE dag_key = ? AND hash = ?', [dagKey, hash])
  if (found[0] !== undefined) return found[0].version_key
  const [last] = await rows<{ number: number | null }>(session, 'SELECT MAX(number) AS number FROM dag_versions WHERE dag_key = ?', [dagKey])
  await session.query('dag_versions').insert({
    dag_key: dagKey, hash, number: (last?.number ?? 0) + 1, spec: JSON.stringify(spec), created_at: session.query.raw(session.dialect.now),
  })
  return ensureVersion(session, dagKey, { spec, hash })
}

export async function readSpecs(session: Session, versionKeys: readonly number[]): Promise<Map<number, DagSpec>> {
  if (versionKeys.length === 0) return new Map()
  const found = await session.query('dag_versions').whereIn('version_key', [...versionKeys]).select('version_key', 'spec') as { version_key: number; spec: string }[]
  return new Map(found.map(({ version_key, spec }) => [version_key, upgradeSpec(JSON.parse(spec) as { v: number })]))
}

export async function readVersion(session: Session, versionKey: number): Promise<{ number: number; hash: string; spec: DagSpec } | undefined> {
  const [row] = await rows<{ number: number; hash: string; spec: string }>(session, 'SELECT number, hash, spec FROM dag_versions WHERE version_key = ?', [versionKey])
  return row && { number: row.number, hash: row.hash, spec: upgradeSpec(JSON.parse(row.spec) as { v: number }) }
}

/** Specifications of DAGs in force whose text contains this: what is looked for must be looked for again in what is found. */
export async function activeSpecsContaining(session: Session, text: string): Promise<DagSpec[]> {
  const found = await rows<{ spec: string }>(session, 'SELECT v.spec FROM dags d JOIN dag_versions v ON v.version_key = d.version_key WHERE d.is_active = 1 AND v.spec LIKE ? ORDER BY d.dag_id', [`%${text}%`])
  return found.map(({ spec }) => upgradeSpec(JSON.parse(spec) as { v: number }))
}

/** The newest first, from below the number `before` on. */
export async function pageOfVersions(session: Session, dagKey: number, before: number | null, limit: number): Promise<(VersionRow & { readonly created_at: number })[]> {
  return rows(session, 'SELECT version_key, dag_key, number, hash, created_at FROM dag_versions WHERE dag_key = ? AND number < ? ORDER BY number DESC LIMIT ?', [dagKey, before ?? Number.MAX_SAFE_INTEGER, limit])
}

export async function countVersions(session: Session, dagKey: number): Promise<number> {
  return (await rows<{ count: number }>(session, 'SELECT COUNT(*) AS count FROM dag_versions WHERE dag_key = ?', [dagKey]))[0]?.count ?? 0
}

/** The key of one version by its number. */
export async function findVersion(session: Session, dagKey: number, number: number): Promise<number | undefined> {
  return (await rows<{ version_key: number }>(session, 'SELECT version_key FROM dag_versions WHERE dag_key = ? AND number = ?', [dagKey, number]))[0]?.version_key
}
