import { setMaxListeners } from 'node:events'
import { stat } from 'node:fs/promises'
import type { Config } from '../../shared/config/schema.js'
import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import { monotonic, within } from '../clock.js'
import type { Gate } from '../gate.js'
import type { StateDirectory } from '../state/state-directory.js'
import type { WorkerEvents } from '../worker-events.js'
import type { Canary } from './canary.js'
import { HEALTHY, HealthState, isQuarantined, next, quarantineText, type Health, type HealthEvent } from './health.js'
import { diskRoom, memoryRoom } from './measures.js'
import { hostsFault, isRefusal } from './start-failure.js'
import { parseThreshold, shortage } from './threshold.js'

const MEASURE_EVERY_MS = 5_000
/** A file system that hangs must not keep a worker from starting. */
const FIRST_MEASURE_MS = 2_000
const DOCKER_AWAY_RETRY_MS = 1_000

/** A place whose disk must have room. */
export interface Place {
  /** Goes on after "2 GiB of 100 GiB are free". */
  readonly what: string
  readonly path: string
}

export interface HealthKeeperOptions {
  readonly config: Pick<Config, 'minFreeDisk' | 'minFreeMemory' | 'quarantineAfter' | 'quarantineProbe'>
  readonly gate: Gate
  readonly state: StateDirectory
  readonly places: () => Promise<readonly Place[]>
  /** Why no container can be started, for people, as far as that is known without trying; null when nothing speaks against it. */
  readonly obstacle: () => Promise<string | null>
  /** Null without Docker, where nothing is ever probed. */
  readonly canary: Canary | null
  readonly isDockerUp: () => boolean
  readonly events: WorkerEvents
  readonly log: Log
}

/** Every attempt that has not started listens to it. */
function freshSignal(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** Looks after one {@link Health}: measures, hears of starts, probes, and closes the gate while this worker is not fit for work. */
export class HealthKeeper implements Service {
  readonly name = 'health'
  readonly #loop: Loop
  readonly #stopping = new AbortController()
  #health: Health = HEALTHY
  #fit = freshSignal()
  #lastImage: string | null = null
  #measuredAt = -Infinity
  #short: ReadonlySet<string> = new Set()
  #hasSwept = false

  constructor(private readonly options: HealthKeeperOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  get state(): HealthState {
    return this.#health.state
  }

  /** Why it takes no work, for people, with numbers; null while it does. */
  get reason(): string | null {
    const quarantine = isQuarantined(this.#health) ? [quarantineText(this.#health, monotonic())] : []
    const reasons = [...quarantine, ...this.#health.shortages]
    return reasons.length === 0 ? null : reasons.join('; ')
  }

  /** Aborted while what has not started yet is to be given back. */
  get unfit(): AbortSignal {
    return this.#fit.signal
  }

  async start(): Promise<void> {
    // Before any work is taken.
    await within(FIRST_MEASURE_MS, this.#measure())
    await this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#loop.stop()
  }

  /** The image of the last container that started here. */
  get lastImage(): string | null {
    return this.#lastImage
  }

  /** A container has started, of this image. */
  started(image: string | null): void {
    this.#lastImage = image
    this.#apply({ kind: 'started' })
  }

  /** A container has not. True when the attempt is to be given back: the fault is not its own, nothing of it runs, and this worker would only fail it again. */
  failed(error: unknown): boolean {
    const fault = hostsFault(error)
    if (fault === null) return false
    this.#apply({ kind: 'failed', detail: fault })
    return isQuarantined(this.#health) && isRefusal(error)
  }

  async runOnce(): Promise<number> {
    if (monotonic() - this.#measuredAt >= MEASURE_EVERY_MS) await this.#measure()
    await this.#sweep()
    if (this.#health.state === HealthState.quarantined && monotonic() >= this.#health.probeAt) {
      if (!this.options.isDockerUp()) return DOCKER_AWAY_RETRY_MS
      this.#apply({ kind: 'probe' })
      const problem = await this.options.canary?.probe(this.#stopping.signal) ?? null
      if (!this.#stopping.signal.aborted) this.#apply({ kind: 'probed', problem })
    }
    const now = monotonic()
    return Math.max(0, Math.min(this.#measuredAt + MEASURE_EVERY_MS, this.#health.probeAt) - now)
  }

  /** Removes what a probe has left that was cut short. Docker may be unable to: that is no reason not to measure and to probe. */
  async #sweep(): Promise<void> {
    if (this.#hasSwept || !this.options.isDockerUp()) return
    this.#hasSwept = true
    await this.options.canary?.clean().catch((error: unknown) => this.options.log.warn({ loop: this.name, err: error }, 'what a probe has left cannot be removed; the next one tries again'))
  }

  async #measure(): Promise<void> {
    const { gate, state } = this.options
    const [problem, obstacle, short] = await Promise.all([state.problem(), this.options.obstacle(), this.#shortages()])
    const shortages = [...[problem, obstacle].filter(text => text !== null), ...short]
    this.#measuredAt = monotonic()
    // Closed by whoever could not write a moment ago.
    if (problem === null) gate.open('disk')
    this.#apply({ kind: 'measured', shortages })
  }

  async #shortages(): Promise<string[]> {
    const { config, places } = this.options
    const short = new Map<string, string>()
    const judge = (key: string, text: string | null): void => { if (text !== null) short.set(key, text) }
    const devices = new Set<number>()
    for (const { what, path } of await places()) {
      const [room, device] = [await diskRoom(path), await stat(path).then(({ dev }) => dev, () => null)]
      if (room === null || device === null || devices.has(device)) continue
      devices.add(device)
      judge(path, shortage(what, room, parseThreshold(config.minFreeDisk), 'minFreeDisk', this.#short.has(path)))
    }
    judge('memory', shortage('in memory', await memoryRoom(), parseThreshold(config.minFreeMemory), 'minFreeMemory', this.#short.has('memory')))
    this.#short = new Set(short.keys())
    return [...short.values()]
  }

  #apply(event: HealthEvent): void {
    const { config: { quarantineAfter, quarantineProbe }, gate, events } = this.options
    const before = this.#health
    this.#health = next(before, event, monotonic(), { quarantineAfter, probeEvery: quarantineProbe })
    const { state, shortages } = this.#health
    const isFit = state === HealthState.healthy
    if (!isFit) this.#fit.abort()
    if (shortages.length > 0) gate.close('guard', shortages.join('; '))
    else gate.open('guard')
    if (isQuarantined(this.#health)) gate.close('quarantine', quarantineText(this.#health, monotonic()))
    else gate.open('quarantine')
    if (state === before.state) return
    if (isFit) this.#fit = freshSignal()
    events.emit('health', { state, before: before.state, reason: this.reason })
    if (state === HealthState.quarantined) this.#loop.wake()
  }
}
