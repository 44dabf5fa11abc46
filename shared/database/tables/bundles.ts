import type { ManifestDag } from '../../bundles/manifest.js'
import { execute, rows, type Session } from '../database.js'

export interface BundleRow {
  readonly bundle_key: number
  readonly hash: string
  readonly files: number
  readonly bytes: number
  readonly dags: number
  readonly created_by: string
  readonly created_at: number
  /** Null: it never was in force. */
  readonly activated_by: string | null
  readonly activated_at: number | null
  /** The bundle that it took the place of: what a rollback goes to. */
  readonly previous_key: number | null
  readonly is_active: number
}

/** Where DAG files come from. */
export interface ActiveBundle {
  /** Grows with every change. */
  readonly activation: number
  /** Null: each scheduler's DAG folder. */
  readonly bundle_key: number | null
  readonly hash: string | null
}

/** A piece of a bundle per row: neither a packet of the database nor a row is as long as the whole. */
const CHUNK = 256 * 1024

const COLUMNS = 'b.bundle_key, b.hash, b.files, b.bytes, b.dags, b.created_by, b.created_at, b.activated_by, b.activated_at, b.previous_key, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END AS is_active'
const FROM = 'FROM bundles b LEFT JOIN active_bundle a ON a.bundle_key = b.bundle_key'

export async function readActive(session: Session): Promise<ActiveBundle> {
  const [row] = await rows<ActiveBundle>(session, 'SELECT a.activation, a.bundle_key, b.hash FROM active_bundle a LEFT JOIN bundles b ON b.bundle_key = a.bundle_key WHERE a.id = 1')
  return row ?? { activation: 0, bundle_key: null, hash: null }
}

/** Whether this is what is in force, and stays so until the transaction has ended. */
export async function holdsActivation(session: Session, activation: number): Promise<boolean> {
  return (await rows(session, `SELECT id FROM active_bundle WHERE id = 1 AND activation = ?${session.dialect.forShare}`, [activation])).length > 0
}

/** Those that were in force or came last first; retention keeps them few. */
export async function listBundles(session: Session): Promise<BundleRow[]> {
  return rows(session, `SELECT ${COLUMNS} ${FROM} ORDER BY COALESCE(b.activated_at, b.created_at) DESC, b.bundle_key DESC LIMIT 100`)
}

export async function readManifest(session: Session, bundleKey: number): Promise<ManifestDag[]> {
  const [row] = await rows<{ manifest: string }>(session, 'SELECT manifest FROM bundles WHERE bundle_key = ?', [bundleKey])
  return row === undefined ? [] : JSON.parse(row.manifest) as ManifestDag[]
}

export interface NewBundle {
  readonly hash: string
  readonly files: number
  readonly bytes: number
  readonly manifest: readonly ManifestDag[]
  readonly packed: Buffer
}

/** Stores a bundle, once for each hash, and returns its key. What its DAGs are is told anew: an upgrade may read them otherwise. */
export async function storeBundle(session: Session, { hash, files, bytes, manifest, packed }: NewBundle, by: string): Promise<number> {
  const told = { dags: manifest.length, manifest: JSON.stringify(manifest) }
  await session.query('bundles').insert({ hash, files, bytes, ...told, created_by: by.slice(0, 250), created_at: session.query.raw(session.dialect.now) }).onConflict('hash').ignore()
  const [row] = await rows<{ bundle_key: number }>(session, `SELECT bundle_key FROM bundles WHERE hash = ?${session.dialect.forUpdate}`, [hash])
  const key = row?.bundle_key as number
  await session.query('bundles').where({ bundle_key: key }).update(told)
  if ((await rows(session, 'SELECT number FROM bundle_chunks WHERE bundle_key = ? LIMIT 1', [key])).length > 0) return key
  const text = packed.toString('base64')
  for (let number = 0; number * CHUNK < text.length; number += 1) {
    await session.query('bundle_chunks').insert({ bundle_key: key, number, content: text.slice(number * CHUNK, (number + 1) * CHUNK) })
  }
  return key
}

export async function readPacked(session: Session, bundleKey: number): Promise<Buffer> {
  const found = await rows<{ content: string }>(session, 'SELECT content FROM bundle_chunks WHERE bundle_key = ? ORDER BY number', [bundleKey])
  return Buffer.from(found.map(({ content }) => content).join(''), 'base64')
}

/** Puts a bundle, or the DAG folders (null), in force when what is in force is still this; false when it is not. */
export async function setActive(session: Session, expected: number, bundleKey: number | null): Promise<boolean> {
  return await execute(session, 'UPDATE active_bundle SET bundle_key = ?, activation = activation + 1 WHERE id = 1 AND activation = ?', [bundleKey, expected]) > 0
}

export async function noteActivation(session: Session, bundleKey: number, by: string, previousKey: number | null): Promise<void> {
  await session.query('bundles').where({ bundle_key: bundleKey }).update({ activated_by: by.slice(0, 250), activated_at: session.query.raw(session.dialect.now), previous_key: previousKey })
}

export async function deleteBundles(session: Session, keys: readonly number[]): Promise<void> {
  if (keys.length > 0) await session.query('bundles').whereIn('bundle_key', [...keys]).delete()
}
