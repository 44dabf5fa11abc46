import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Log } from '../../../shared/log.js'
import type { Service } from '../../../shared/lifecycle.js'
import { Loop } from '../../../shared/loop.js'
import { wallClock, within } from '../../clock.js'
import { Label } from './container-spec.js'
import type { Outage } from './container-state.js'
import type { DockerApi } from './docker-api.js'

const PING_EVERY_MS = 5_000
const PING_TIMEOUT_MS = 5_000
const KEPT_OUTAGES = 50
const KEPT_OOMS = 1_000

/** Knows whether the daemon answers, when it did not, and whom the kernel killed for memory. */
export class DockerWatch implements Service {
  readonly name = 'docker-watch'
  readonly #loop: Loop
  readonly #outages: { from: number; to: number | null }[] = []
  /** Container ids, oldest first. */
  readonly #oomed = new Set<string>()
  #events: { readonly stream: IncomingMessage; readonly controller: AbortController } | null = null
  #up = false
  #onChange: (up: boolean) => void = () => {}

  constructor(private readonly docker: DockerApi, private readonly worker: string, private readonly log: Log) {
    this.#loop = new Loop({ name: this.name, log, runOnce: () => this.runOnce() })
  }

  get up(): boolean {
    return this.#up
  }

  get outages(): readonly Outage[] {
    return this.#outages
  }

  onChange(listener: (up: boolean) => void): void {
    this.#onChange = listener
  }

  oomSeen(containerId: string): boolean {
    return this.#oomed.has(containerId)
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#events?.controller.abort()
    this.#events = null
    await within(1_000, this.#loop.stop())
  }

  /** One look at the daemon. */
  async runOnce(): Promise<number> {
    if (await this.ping()) {
      this.#markUp()
      await this.#subscribe()
    } else {
      this.noteAway()
    }
    return this.#up ? PING_EVERY_MS : 1_000
  }

  async ping(): Promise<boolean> {
    return (await within(PING_TIMEOUT_MS, this.docker.calls.ping())) !== undefined
  }

  /** Somebody's call failed because the daemon is away. */
  noteAway(): void {
    if (this.#outages.at(-1)?.to === null) return
    this.#outages.push({ from: wallClock(), to: null })
    if (this.#outages.length > KEPT_OUTAGES) this.#outages.shift()
    if (this.#up) {
      this.#up = false
      this.log.warn({ loop: this.name }, `Docker at ${this.docker.label} does not answer; no new work is taken until it does`)
      this.#onChange(false)
    }
    this.#loop.wake()
  }

  #markUp(): void {
    const outage = this.#outages.at(-1)
    if (outage !== undefined) outage.to ??= wallClock()
    if (this.#up) return
    this.#up = true
    if (outage !== undefined) this.log.info({ loop: this.name }, `Docker at ${this.docker.label} answers again`)
    this.#onChange(true)
  }

  async #subscribe(): Promise<void> {
    if (this.#events !== null) return
    const controller = new AbortController()
    const filters = JSON.stringify({ event: ['oom'], label: [`${Label.worker}=${this.worker}`] })
    const stream = await this.docker.stream('/events', { filters }, controller.signal)
    this.#events = { stream, controller }
    stream.on('data', (chunk: Buffer) => this.#readEvents(String(chunk)))
    stream.on('error', () => {})
    stream.on('close', () => {
      if (this.#events?.stream !== stream) return
      this.#events = null
      // The daemon went away, however short: what died around now died with it.
      this.noteAway()
    })
  }

  /** Ids are cut out of the text, as one chunk need not be one JSON document. */
  #readEvents(text: string): void {
    for (const [, id = ''] of text.matchAll(/"id":"([0-9a-f]{64})"/g)) {
      this.#oomed.add(id)
      if (this.#oomed.size > KEPT_OOMS) this.#oomed.delete(this.#oomed.values().next().value as string)
    }
  }
}

/** When this host booted, in milliseconds since the epoch; null where the kernel does not say. */
export function hostBootedAt(): number | null {
  try {
    const seconds = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]
    return seconds === undefined ? null : Number(seconds) * 1000
  } catch {
    return null
  }
}
