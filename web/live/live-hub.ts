import type { Redis } from 'ioredis'
import { blockingOptions, openRedis } from '../../shared/broker/redis.js'
import { tryRedis } from '../../shared/broker/try-redis.js'
import type { Config } from '../../shared/config/schema.js'
import { parseChanges, Topic, type Changes } from '../../shared/live/changes.js'
import { announceListener, UNHEARD_MS } from '../../shared/live/publisher.js'
import { liveChannel } from '../../shared/protocol/keys.js'
import { tellings, type Told } from './channels.js'
import type { LiveReader } from './live-reader.js'
import { RecentChanges } from './recent-changes.js'

/** Who publishes has heard of us, unless they cannot be told at this moment. */
const SOON_MS = 50
/** From here on nobody keeps quiet because nobody listened, told or not. */
const SURE_MS = UNHEARD_MS + 500
/** A line that is cut without a word is noticed by the answer that does not come. */
const PING_MS = 10_000

const STALE = 'event: stale\ndata: {}\n\n'

const frameOf = (id: string, told: Told): string => `id: ${id}\nevent: change\ndata: ${JSON.stringify(told)}\n\n`

/**
 * One subscription for all readers of this process, from the first of them on. A reader costs no query and no connection but
 * its own.
 */
export class LiveHub {
  readonly #channels = new Map<string, Set<LiveReader>>()
  readonly #readers = new Set<LiveReader>()
  readonly #recent = new RecentChanges()
  #redis: Redis | null = null
  #timers: NodeJS.Timeout[] = []
  #reloads: NodeJS.Timeout[] = []
  /** Whether changes come, as far as it is known. */
  #isLive = true

  constructor(private readonly config: Pick<Config, 'redisUrl' | 'redisPrefix'>) {}

  get size(): number {
    return this.#readers.size
  }

  /** Adds a reader, and gives it what it missed since the event with this id, or tells it to read everything anew. */
  join(reader: LiveReader, lastEventId: string | undefined): void {
    this.#listen()
    const missed = lastEventId === undefined ? [] : this.#recent.after(lastEventId)
    reader.send(`id: ${this.#recent.last}\nevent: live\nretry: 1000\ndata: {}\n\n`)
    if (!this.#isLive) reader.send(STALE)
    if (missed === null) reader.reload()
    for (const { id, changes } of missed ?? []) {
      for (const told of tellings(changes, channel => reader.channels.includes(channel)).values()) reader.send(frameOf(id, told))
    }
    this.#readers.add(reader)
    for (const channel of reader.channels) {
      const listening = this.#channels.get(channel)
      if (listening === undefined) this.#channels.set(channel, new Set([reader]))
      else listening.add(reader)
    }
  }

  leave(reader: LiveReader): void {
    this.#readers.delete(reader)
    for (const channel of reader.channels) {
      const listening = this.#channels.get(channel)
      listening?.delete(reader)
      if (listening?.size === 0) this.#channels.delete(channel)
    }
  }

  stop(): void {
    for (const timer of [...this.#timers, ...this.#reloads]) clearInterval(timer)
    for (const reader of this.#readers) reader.end()
    this.#redis?.disconnect()
  }

  #listen(): void {
    if (this.#redis !== null || this.config.redisUrl === '') return
    const redis = this.#redis = openRedis({ ...blockingOptions(this.config.redisUrl), autoResubscribe: false })
    redis.on('ready', () => { redis.subscribe(liveChannel(this.config.redisPrefix)).then(() => this.#heard(redis), () => {}) })
    redis.on('close', () => { this.#lost() })
    redis.on('message', (_, text: string) => {
      const changes = parseChanges(text)
      if (changes !== null) this.#tell(changes)
    })
    this.#timers = [setInterval(() => { redis.ping().catch(() => {}) }, PING_MS)]
  }

  #tell(changes: Changes): void {
    const { id } = this.#recent.add(changes)
    if (changes.topics.includes(Topic.all)) {
      for (const reader of this.#readers) reader.reload()
      return
    }
    for (const [channel, told] of tellings(changes, name => this.#channels.has(name))) {
      const frame = frameOf(id, told)
      for (const reader of this.#channels.get(channel) ?? []) reader.send(frame)
    }
  }

  #lost(): void {
    this.#reloads.forEach(clearTimeout)
    this.#recent.forget()
    if (!this.#isLive) return
    this.#isLive = false
    for (const reader of this.#readers) reader.send(STALE)
  }

  /** Who publishes may have found nobody until now. They are told, and find us within a second if that was lost: what they kept to themselves is read anew. */
  async #heard(redis: Redis): Promise<void> {
    const { redisUrl, redisPrefix } = this.config
    await tryRedis(redisUrl, connection => announceListener(connection, redisPrefix))
    if (redis.status !== 'ready') return
    this.#reloads.forEach(clearTimeout)
    this.#reloads = [setTimeout(() => { this.#reload() }, SOON_MS), setTimeout(() => { this.#isLive = true; this.#reload() }, SURE_MS)]
  }

  #reload(): void {
    this.#recent.forget()
    for (const reader of this.#readers) reader.reload()
  }
}
