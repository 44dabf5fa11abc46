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

  /** The spool last: while it is there, a restart knows that the attempt has ended. */
  async forget(attempt: AttemptId): Promise<void> {
    await removeFile(join(this.state.intents, `${attempt}.json`))
    await this.state.removeAttempt(attempt)
    await removeFile(join(this.state.spool, `${attempt}.json`))
  }

  intents(): Promise<Map<AttemptId, Intent>> {
    return this.#readAll(this.state.intents, text => Intent.parse(JSON.parse(text)))
  }

  finishes(): Promise<Map<AttemptId, SpoolEntry>> {
    return this.#readAll(this.state.spool, text => SpoolEntry.parse(JSON.parse(text)) as SpoolEntry)
  }

  async #readAll<T>(directory: string, read: (text: string) => T): Promise<Map<AttemptId, T>> {
    const entries = new Map<AttemptId, T>()
    for (const name of await listNames(directory, '.json')) {
      if (parseAttemptId(name) === null) continue
      const path = join(directory, `${name}.json`)
      try {
        const text = await readTextIfAny(path)
        if (text !== null) entries.set(name as AttemptId, read(text))
      } catch (error) {
        this.log.error({ file: path, err: error }, 'a file of the state directory cannot be read; it is set aside')
        await setAside(path)
      }
    }
    return entries
  }
}
