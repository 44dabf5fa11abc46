import { readFileSync } from 'node:fs'
import type Docker from 'dockerode'
import type { Log } from '../../../shared/log.js'
import type { Service } from '../../../shared/lifecycle.js'
import { Loop } from '../../../shared/loop.js'
import { wallClock, within } from '../../clock.js'
import { HostKills } from '../../resources/host-kills.js'
import { ContainerEvents } from './container-events.js'
import type { Outage } from './container-state.js'
import type { DockerApi } from './docker-api.js'

const PING_EVERY_MS = 5_000
const PING_TIMEOUT_MS = 5_000
const KEPT_OUTAGES = 50
const KEPT_OOMS = 1_000
const LOOK_AT_KILLS_MS = 500
/** The exit code of what SIGKILL ended. */
const KILLED = 137

/** Knows whether the daemon answers, when it did not, and whom the kernel killed for memory. */
export class DockerWatch implements Service {
  readonly name = 'docker-watch'
  readonly #loop: Loop
  readonly #outages: { from: number; to: number | null }[] = []
  /** Container ids, oldest first. */
  readonly #oomed = new Set<string>()
  readonly #stopping = new AbortController()
  readonly #kills = new HostKills(wallClock)
  #killsTimer: NodeJS.Timeout | undefined
  #up = false
  #onChange: (up: boolean) => void = () => {}

  /** Of this worker's containers. */
  readonly events: ContainerEvents

  constructor(private readonly docker: DockerApi, worker: string, private readonly log: Log) {
    this.events = new ContainerEvents(docker, worker)
    this.events.onOom(id => this.#note(id))
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

  /** The kernel kills in this container for memory; it may be gone in a moment. */
  onOom(listener: (containerId: string) => void): void {
    this.events.onOom(id => {
      this.#note(id)
      listener(id)
    })
  }

  /** Whether the daemon has told that the kernel killed in this container for memory. */
  hasToldOom(containerId: string): boolean {
    return this.#oomed.has(containerId)
  }

  /**
   * Whether the kernel killed in it for memory. `State.OOMKilled` can stay false although it did. Who was not listening (the
   * container ended while no worker was there) asks the daemon, which keeps its last events, about one that was killed. The daemon
   * may not have noticed: then one that has a limit and was killed in the second in which the kernel did that on this host was.
   */
  async wasOomKilled({ Id, State, HostConfig }: Pick<Docker.ContainerInspectInfo, 'Id' | 'State' | 'HostConfig'>): Promise<boolean> {
    if (this.#oomed.has(Id)) return true
    if (State.Running || State.ExitCode !== KILLED || (HostConfig.Memory ?? 0) === 0) return false
    const seconds = (time: string, round: (value: number) => number): string => String(round(Date.parse(time) / 1000))
    const query = { since: seconds(State.StartedAt, Math.floor), until: seconds(State.FinishedAt, value => Math.ceil(value) + 1), filters: JSON.stringify({ event: ['oom'], container: [Id] }) }
    const text = await within(PING_TIMEOUT_MS, this.docker.stream('/events', query, AbortSignal.timeout(PING_TIMEOUT_MS)).then(stream => readAll(stream)))
    if (text?.includes(Id) !== true && !(this.docker.isLocal && this.#kills.hasKilledBefore(Date.parse(State.FinishedAt)))) return false
    this.#note(Id)
    return true
  }

  start(): Promise<void> {
    this.#kills.look()
    this.#killsTimer = setInterval(() => { this.#kills.look() }, LOOK_AT_KILLS_MS)
    return this.#loop.start()
  }

  async stop(): Promise<void> {
    clearInterval(this.#killsTimer)
    this.#stopping.abort()
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
    if (this.events.isListening || this.#stopping.signal.aborted) return
    // The daemon went away, however short: what died around now died with it.
    await this.events.listen(this.#stopping.signal, () => { if (!this.#stopping.signal.aborted) this.noteAway() })
  }

  #note(containerId: string): void {
    this.#oomed.add(containerId)
    if (this.#oomed.size > KEPT_OOMS) this.#oomed.delete(this.#oomed.values().next().value as string)
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
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
