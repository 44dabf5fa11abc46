import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAttemptId, type AttemptId } from '../../shared/protocol/attempt-id.js'
import type { StateDirectory } from '../state/state-directory.js'

/** A file that could not be read is kept this long for people. */
const UNREADABLE_KEPT_MS = 30 * 24 * 3_600_000
/** Nobody takes this long for one that names no attempt by which to ask. */
const DRAFT_MS = 60_000

/** Attempts that have a directory of their own. */
export async function attemptDirectories(state: StateDirectory): Promise<AttemptId[]> {
  return (await readdir(join(state.path, 'attempts'))).filter((name): name is AttemptId => parseAttemptId(name) !== null)
}

/** Attempts with an intent or an unconfirmed finish, whoever wrote it: those are not over. */
export async function notedAttempts(state: StateDirectory): Promise<Set<string>> {
  const names = await Promise.all([state.intents, state.spool].map(folder => readdir(folder)))
  return new Set(names.flat().filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length)))
}

export interface StateFile {
  readonly path: string
  /** Whose it is, as its name says; null when it says none, or does not matter any more. */
  readonly attempt: AttemptId | null
  /** Milliseconds since the epoch. */
  readonly changedAt: number
}

/** Drafts whose writer died before it could put them in place, unless it still writes; and what was set aside long ago. */
export async function spareFiles(state: StateDirectory, now: number): Promise<StateFile[]> {
  const found: StateFile[] = []
  for (const folder of [state.path, state.intents, state.spool]) {
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.tmp') && !name.endsWith('.unreadable')) continue
      const path = join(folder, name)
      const info = await stat(path).catch(() => null)
      if (info === null) continue
      const attempt = name.endsWith('.tmp') ? attemptOf(name) : null
      const least = name.endsWith('.unreadable') ? UNREADABLE_KEPT_MS : attempt === null ? DRAFT_MS : 0
      if (now - info.mtimeMs >= least) found.push({ path, attempt, changedAt: info.mtimeMs })
    }
  }
  return found
}

function attemptOf(name: string): AttemptId | null {
  const text = name.split('.').slice(0, 2).join('.')
  return parseAttemptId(text) === null ? null : text as AttemptId
}
