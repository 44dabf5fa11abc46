import { rows, type Session } from '../database.js'
import type { NodeRole } from '../../protocol/release.js'

export interface ReleaseRow {
  readonly role: NodeRole
  /** Empty: every pool that has no row of its own, and what is no worker. */
  readonly pool: string
  readonly version: string
  /** JSON: SHA-256 of each package, by the name of its file. */
  readonly sums: string
  readonly revision: number
  readonly max_unavailable: number
  readonly set_by: string
  readonly set_at: number
  /** Null: it goes on. */
  readonly halted_at: number | null
  readonly halted_by: string | null
  readonly halted_why: string | null
}

export async function listReleases(session: Session): Promise<ReleaseRow[]> {
  return rows(session, 'SELECT * FROM releases ORDER BY role, pool')
}

/** One transaction at a time decides whose turn it is. */
export async function lockReleases(session: Session): Promise<ReleaseRow[]> {
  return rows(session, `SELECT * FROM releases ORDER BY role, pool${session.dialect.forUpdate}`)
}

export type NewRelease = Pick<ReleaseRow, 'role' | 'pool' | 'version' | 'sums' | 'revision' | 'max_unavailable' | 'set_by' | 'set_at'>

/** What was halted goes on with it. */
export async function putReleases(session: Session, releases: readonly NewRelease[]): Promise<void> {
  await session.query('releases').insert(releases.map(release => ({ ...release, halted_at: null, halted_by: null, halted_why: null }))).onConflict(['role', 'pool']).merge()
}

/** Has pools follow what holds for all again. */
export async function deletePoolReleases(session: Session): Promise<void> {
  await session.query('releases').where('pool', '<>', '').delete()
}

/** Those of one version, or all (null), that are not halted; returns how many there were. */
export async function haltReleases(session: Session, version: string | null, at: number, by: string, why: string): Promise<number> {
  const going = session.query('releases').whereNull('halted_at')
  return (version === null ? going : going.where({ version })).update({ halted_at: at, halted_by: by.slice(0, 200), halted_why: why })
}

export async function resumeReleases(session: Session, revision: number): Promise<number> {
  return session.query('releases').whereNotNull('halted_at').update({ revision, halted_at: null, halted_by: null, halted_why: null })
}
