import type { DagProblem } from '../../dag/model.js'
import { rows, type Session } from '../database.js'

export async function recordFile(session: Session, path: string, problems: readonly DagProblem[]): Promise<void> {
  const row = { path, problems: problems.length === 0 ? null : JSON.stringify(problems), updated_at: session.query.raw(session.dialect.now) }
  await session.query('dag_files').insert(row).onConflict('path').merge()
}

export async function forgetFile(session: Session, path: string): Promise<void> {
  await session.query('dag_files').where({ path }).delete()
}

export async function listFiles(session: Session): Promise<string[]> {
  return (await rows<{ path: string }>(session, 'SELECT path FROM dag_files ORDER BY path')).map(({ path }) => path)
}

export async function listProblems(session: Session): Promise<DagProblem[]> {
  const found = await rows<{ problems: string }>(session, 'SELECT problems FROM dag_files WHERE problems IS NOT NULL ORDER BY path')
  return found.flatMap(({ problems }) => JSON.parse(problems) as DagProblem[])
}

export async function countFilesWithProblems(session: Session): Promise<number> {
  const [row] = await rows<{ count: number | string }>(session, 'SELECT COUNT(*) AS count FROM dag_files WHERE problems IS NOT NULL')
  return Number(row?.count ?? 0)
}

export async function problemsOfFile(session: Session, path: string): Promise<DagProblem[]> {
  const [row] = await rows<{ problems: string | null }>(session, 'SELECT problems FROM dag_files WHERE path = ?', [path])
  return row === undefined || row.problems === null ? [] : JSON.parse(row.problems) as DagProblem[]
}

/** Files with problems by their path, from the one after `after` on. */
export async function pageOfProblems(session: Session, after: string, limit: number): Promise<{ readonly path: string; readonly problems: readonly DagProblem[] }[]> {
  const found = await rows<{ path: string; problems: string }>(session, 'SELECT path, problems FROM dag_files WHERE path > ? AND problems IS NOT NULL ORDER BY path LIMIT ?', [after, limit])
  return found.map(({ path, problems }) => ({ path, problems: JSON.parse(problems) as DagProblem[] }))
}
