import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../shared/log.js'
import { parseAttemptId, type AttemptId } from '../../shared/protocol/attempt-id.js'
import { FinishedEvent } from '../../shared/protocol/events.js'
import { JobPayload } from '../../shared/protocol/job.js'
import { QUEUE_NAME } from '../../shared/protocol/keys.js'
import { listNames, readTextIfAny, removeFile, setAside, writeDurably } from './durable-file.js'
import type { StateDirectory } from './state-directory.js'

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

/** Intents and unconfirmed finishes, synced to disk before anybody relies on them. */
export class Journal {
  constructor(private readonly state: StateDirectory, private readonly log: Log) {}

  writeIntent(intent: Intent): Promise<void> {
    return writeDurably(join(this.state.intents, `${intent.payload.attempt}.json`), JSON.stringify(intent))
  }

  async makeDirectory(attempt: AttemptId): Promise<void> {
    await this.state.makeAttempt(attempt)
  }

  writeFinish(entry: SpoolEntry): Promise<void> {
    return writeDurably(join(this.state.spool, `${entry.event.attempt}.json`), JSON.stringify(entry))
  }

  /**
   * The spool last: while it is there, a restart knows that the attempt has ended. The directory of a container that is kept is
   * part of it; the reaper takes both.
   */
  async forget(attempt: AttemptId, { keepDirectory = false }: { readonly keepDirectory?: boolean } = {}): Promise<void> {
    await removeFile(join(this.state.intents, `${attempt}.json`))
    if (!keepDirectory) await this.state.removeAttempt(attempt)
    await removeFile(join(this.state.spool, `${attempt}.json`))
  }

  /** @throws when an intent could not be removed now, as from a file system that was made read-only */
  async requireForgettable(): Promise<void> {
    await access(this.state.intents, constants.W_OK)
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
