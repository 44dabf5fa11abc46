import type { Redis } from 'ioredis'
import { WorkerEvent } from '../../shared/protocol/events.js'
import { RefusalNotice, refusalReason } from '../../shared/protocol/refusal-notice.js'
import { EVENT_GROUP, queueKeys } from '../../shared/protocol/keys.js'

export interface StreamEntry {
  readonly queue: string
  readonly id: string
  /** What the worker wrote; empty when the entry has no such field. */
  readonly text: string
  /** The event, or why the text is none. */
  readonly event: WorkerEvent | string
}

type RawEntry = [id: string, fields: string[] | null]

/** How long an entry may lie with a scheduler that does not acknowledge it before another one takes it over. */
const ABANDONED_AFTER_MS = 30_000

/** The event streams of all queues, read through one consumer group by all schedulers. */
export class EventStreams {
  #queues: readonly string[] = []
  #blockedClient: number | undefined

  constructor(private readonly commands: Redis, private readonly blocking: Redis, private readonly prefix: string, private readonly consumer: string) {
    blocking.on('close', () => { this.#blockedClient = undefined })
  }

  get queues(): readonly string[] {
    return this.#queues
  }

  /** From now on these queues are read; interrupts a read that waits on the old ones. */
  async watch(queues: readonly string[]): Promise<void> {
    for (const queue of queues) if (!this.#queues.includes(queue)) await this.ensureGroup(queue)
    this.#queues = queues
    await this.interrupt()
  }

  /** Begins at 0, never at `$`: what workers wrote before the group existed must be read. */
  async ensureGroup(queue: string): Promise<void> {
    try {
      await this.commands.xgroup('CREATE', this.#key(queue), EVENT_GROUP, '0', 'MKSTREAM')
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error
    }
  }

  /** New entries of all streams, in one call; waits up to `blockMs` for the first. */
  async read(count: number, blockMs: number): Promise<StreamEntry[]> {
    if (this.#queues.length === 0) {
      await new Promise(resolve => setTimeout(resolve, Math.min(blockMs, 50)))
      return []
    }
    this.#blockedClient ??= await this.blocking.client('ID')
    const queues = this.#queues
    try {
      const reply = await this.blocking.xreadgroup(
        'GROUP', EVENT_GROUP, this.consumer, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...queues.map(queue => this.#key(queue)), ...queues.map(() => '>'),
      ) as [key: string, entries: RawEntry[]][] | null
      const queueOf = new Map(queues.map(queue => [this.#key(queue), queue]))
      return (reply ?? []).flatMap(([key, entries]) => entries.map(entry => toEntry(queueOf.get(key) as string, entry)))
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('UNBLOCKED')) return []
      if (error instanceof Error && error.message.startsWith('NOGROUP')) {
        await Promise.all(queues.map(queue => this.ensureGroup(queue)))
        return []
      }
      this.#blockedClient = undefined
      throw error
    }
  }

  /** Entries that a dead scheduler left unacknowledged. */
  async takeAbandoned(count: number): Promise<StreamEntry[]> {
    const taken: StreamEntry[] = []
    for (const queue of this.#queues) {
      const entries = await this.#claim(queue, count)
      taken.push(...entries.filter(([, fields]) => fields !== null).map(entry => toEntry(queue, entry)))
    }
    return taken
  }

  async #claim(queue: string, count: number): Promise<RawEntry[]> {
    try {
      const [, entries] = await this.commands.xautoclaim(this.#key(queue), EVENT_GROUP, this.consumer, ABANDONED_AFTER_MS, '0', 'COUNT', count) as [string, RawEntry[]]
      return entries
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOGROUP'))) throw error
      await this.ensureGroup(queue)
      return []
    }
  }

  /** Ends a blocked read early. */
  async interrupt(): Promise<void> {
    if (this.#blockedClient !== undefined) await this.commands.client('UNBLOCK', this.#blockedClient, 'TIMEOUT').catch(() => {})
  }

  #key(queue: string): string {
    return queueKeys(this.prefix, queue).events
  }
}

function toEntry(queue: string, [id, fields]: RawEntry): StreamEntry {
  const at = fields?.indexOf('e') ?? -1
  const text = at < 0 ? '' : fields?.[at + 1] ?? ''
  return { queue, id, text, event: parse(text) }
}

function parse(text: string): WorkerEvent | string {
  try {
    const content: unknown = JSON.parse(text)
    const notice = RefusalNotice.safeParse(content)
    if (notice.success) return refusalReason(notice.data)
    const result = WorkerEvent.safeParse(content)
    return result.success ? result.data : `not an event of ours: ${result.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('; ')}`
  } catch (error) {
    return `not JSON: ${(error as Error).message}`
  }
}
