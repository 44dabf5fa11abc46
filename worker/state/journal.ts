import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../shared/log.js'
import { parseAttemptId, type AttemptId } from '../../shared/protocol/attempt-id.js'
import { FinishedEvent } from '../../shared/protocol/events.js'
import { JobPayload } from '../../shared/protocol/job.js'
import { QUEUE_NAME } from '../../shared/protocol/keys.js'
import { listNames, placeDurably, readTextIfAny, removeFile, setAside, writeDurably, type PlacedFile } from './durable-file.js'
import type { StateDirectory } from './state-directory.js'
import { SyncedDirectory } from './synced-directory.js'

/**
 * Unlike jobs, which are refused when they hold anything unknown, these files are also read by the version before and the
 * version after the one that wrote them: unknown fields are ignored.
 */
export const Intent = z.object({
  v: z.literal(1),
  queue: z.string().regex(QUEUE_NAME),
  /** Whole, with what this version does not know: the signature covers it. */
  payload: z.looseObject(JobPayload.shape),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  /** Which executor runs it. */
  executor: z.enum(['docker', 'process']),
})
export type Intent = z.infer<typeof Intent>

export const SpoolEntry = z.object({
  v: z.literal(1),
  queue: z.string().regex(QUEUE_NAME),
  /** Null for an attempt that nothing was made for. */
  executor: z.enum(['docker', 'process']).nullable(),
  /** Name of the log in the log store; null when it has none. */
  log: z.string().nullable(),
  /** Kept whole, so that a repeat is byte-identical. */
  event: z.looseObject(FinishedEvent.shape),
})
export type SpoolEntry = Omit<z.infer<typeof SpoolEntry>, 'event'> & { event: FinishedEvent }

/** What every version can read of a file that is a later one's. */
const Foreign = z.object({
  v: z.number().int().min(2),
  queue: z.string().regex(QUEUE_NAME).nullable().catch(null),
  executor: z.enum(['docker', 'process']).catch('docker'),
})

export interface ForeignRecord extends z.infer<typeof Foreign> {
  /** Whether it is a finish. */
  readonly hasEnded: boolean
}

function readForeign(text: string | null): z.infer<typeof Foreign> | null {
  if (text === null) return null
  try {
    return Foreign.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Intents, and finishes that wait for their confirmation. */
export class Journal {
  readonly #intents: SyncedDirectory

  constructor(private readonly state: StateDirectory, private readonly log: Log) {
    this.#intents = new SyncedDirectory(state.intents)
  }

  /** Nothing is written any more. */
  close(): Promise<void> {
    return this.#intents.close()
  }

  /** What may be made for it at once; it may be started when the intent is synced. */
  writeIntent(intent: Intent): Promise<PlacedFile> {
    return placeDurably(this.#intents, `${intent.payload.attempt}.json`, JSON.stringify(intent))
  }

  async makeDirectory(attempt: AttemptId): Promise<void> {
    await this.state.makeAttempt(attempt)
  }

  writeFinish(entry: SpoolEntry): Promise<void> {
    return writeDurably(join(this.state.spool, `${entry.event.attempt}.json`), JSON.stringify(entry))
  }

  /**
   * Before its container: an intent without one is, to the next process, a task that has never run, which it would start. A
   * container without an intent is one that is over.
   *
   * @throws when it cannot be removed now, as from a file system that was made read-only
   */
  async forgetIntent(attempt: AttemptId): Promise<void> {
    await removeFile(join(this.state.intents, `${attempt}.json`))
    // Also when it is gone already: a try before may have failed at this.
    await this.#intents.sync()
  }

  forgetDirectory(attempt: AttemptId): Promise<void> {
    return this.state.removeAttempt(attempt)
  }

  /**
   * The finish last: while it is there, a restart knows that the attempt has ended. The directory of a container that is kept is
   * part of it; the reaper takes both.
   */
  async forget(attempt: AttemptId, { keepDirectory = false }: { readonly keepDirectory?: boolean } = {}): Promise<void> {
    if (!keepDirectory) await this.forgetDirectory(attempt)
    const finish = join(this.state.spool, `${attempt}.json`)
    // Most have none; to fail at removing it takes a thread and an exception.
    if (existsSync(finish)) await removeFile(finish)
  }

  /** Drafts of a process that died over them; for who has the state directory to itself and has not begun. */
  async removeDrafts(): Promise<void> {
    for (const directory of [this.state.intents, this.state.spool]) {
      for (const name of await listNames(directory, '.tmp')) await removeFile(join(directory, `${name}.tmp`))
    }
  }

  intents(): Promise<Map<AttemptId, Intent>> {
    return this.#readAll(this.state.intents, text => Intent.parse(JSON.parse(text)))
  }

  finishes(): Promise<Map<AttemptId, SpoolEntry>> {
    return this.#readAll(this.state.spool, text => SpoolEntry.parse(JSON.parse(text)) as SpoolEntry)
  }

  /** What only a later version can read; it stays where it is until that version is back. */
  async foreign(): Promise<Map<AttemptId, ForeignRecord>> {
    const found = new Map<AttemptId, ForeignRecord>()
    for (const [directory, hasEnded] of [[this.state.intents, false], [this.state.spool, true]] as const) {
      for (const [id, path] of await this.#files(directory)) {
        const record = readForeign(await readTextIfAny(path))
        if (record !== null) found.set(id, { ...found.get(id), ...record, hasEnded })
      }
    }
    return found
  }

  async #files(directory: string): Promise<[AttemptId, string][]> {
    const names = await listNames(directory, '.json')
    return names.filter(name => parseAttemptId(name) !== null).map(name => [name as AttemptId, join(directory, `${name}.json`)])
  }

  async #readAll<T>(directory: string, read: (text: string) => T): Promise<Map<AttemptId, T>> {
    const entries = new Map<AttemptId, T>()
    for (const [id, path] of await this.#files(directory)) {
      try {
        const text = await readTextIfAny(path)
        if (text !== null && readForeign(text) === null) entries.set(id, read(text))
      } catch (error) {
        this.log.error({ file: path, err: error }, 'a file of the state directory cannot be read; it is set aside')
        await setAside(path)
      }
    }
    return entries
  }
}
