import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { Loop } from '../../shared/loop.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { monotonic, wallClock } from '../clock.js'
import type { DockerApi } from '../executors/docker/docker-api.js'
import { listThings, removeThing } from '../executors/docker/docker-things.js'
import type { Executor } from '../executors/executor.js'
import { removeFile } from '../state/durable-file.js'
import type { StateDirectory } from '../state/state-directory.js'
import type { WorkerEvents } from '../worker-events.js'
import { reapPlan, type Remnant } from './reap-plan.js'
import { attemptDirectories, notedAttempts, spareFiles } from './state-remains.js'

/** While Docker does not answer. */
const AWAY_RETRY_MS = 5_000
/** Walking a log store takes long, and a draft in it harms nobody. */
const SWEEP_STORE_EVERY_MS = 24 * 3_600_000

export interface ReaperOptions {
  readonly worker: string
  readonly state: StateDirectory
  readonly store: LogStore
  /** Null for a worker without. */
  readonly docker: DockerApi | null
  /** Whether Docker answers. */
  readonly isUp: () => boolean
  /** The executor whose tasks leave processes and nothing in Docker. */
  readonly processes: Executor
  /** Whether anything in this process is busy with the attempt. */
  readonly isKnown: (attempt: string) => boolean
  readonly every: number
  readonly events: WorkerEvents
  readonly log: Log
}

interface Found extends Remnant {
  readonly what: 'container' | 'network' | 'volume' | 'directory' | 'file'
  readonly name: string
  readonly remove: () => Promise<void>
}

/**
 * Removes what this worker made and no attempt needs any more: what a step that was given up after a time left behind, what
 * Docker made after its answer was lost, what a process that died had begun. Containers of other workers are not its own
 * business, whoever they belong to, and images are those of {@link ImageGc}.
 */
export class Reaper implements Service {
  readonly name = 'reaper'
  readonly #loop: Loop
  #suspects: ReadonlySet<string> = new Set()
  /** Said to be stuck already. */
  #stuck = new Set<string>()
  #kept = 0
  #storeSweptAt = -Infinity

  constructor(private readonly options: ReaperOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  /** Containers that are kept for people, as of the last look. */
  get kept(): number {
    return this.#kept
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async runOnce(): Promise<number> {
    const { docker, isUp, isKnown, state, every } = this.options
    // Without its answer nobody knows which directories belong to containers that are kept.
    if (docker !== null && !isUp()) return Math.min(every, AWAY_RETRY_MS)
    const now = wallClock()
    // First what there is, then who needs it: what an attempt makes in between is not on the list.
    const remnants = [...await this.#inDocker(), ...await this.#onDisk(now)]
    const noted = await notedAttempts(state)
    const plan = reapPlan({ remnants, suspects: this.#suspects, isKnown: id => noted.has(id) || isKnown(id), now })
    this.#suspects = plan.suspects
    const stuck = new Set<string>()
    for (const remnant of plan.remove) if (!await this.#remove(remnant)) stuck.add(remnant.key)
    this.#stuck = stuck
    // What could not be removed is tried again at the next look.
    this.#suspects = new Set([...plan.suspects, ...stuck])
    this.#kept = remnants.filter(remnant => remnant.keptUntil !== null && !plan.remove.includes(remnant)).length
    await this.#sweepStore()
    return every
  }

  async #inDocker(): Promise<Found[]> {
    const { docker, worker } = this.options
    if (docker === null) return []
    const things = await listThings(docker, { worker })
    // What a later version has made is labelled in a way that this one may not understand.
    return things.filter(({ isCanary, version }) => !isCanary && (version ?? 1) <= 1).map(thing => ({
      key: `${thing.kind} ${thing.id}`, attempt: thing.attempt, keptUntil: thing.keptUntil, what: thing.kind, name: thing.name, remove: () => removeThing(docker, thing),
    }))
  }

  async #onDisk(now: number): Promise<Found[]> {
    const { state } = this.options
    const directories = (await attemptDirectories(state)).map((attempt): Found => ({
      key: `directory ${attempt}`, attempt, keptUntil: null, what: 'directory', name: state.attempt(attempt), remove: () => this.#removeDirectory(attempt),
    }))
    const files = (await spareFiles(state, now)).map(({ path, attempt, changedAt }): Found => ({
      key: `file ${path} ${changedAt}`, attempt, keptUntil: null, what: 'file', name: path, remove: () => removeFile(path),
    }))
    return [...directories, ...files]
  }

  /** With it goes the only trace of a process that may still run. */
  async #removeDirectory(attempt: AttemptId): Promise<void> {
    const { processes, state } = this.options
    await processes.remove({ attempt, directory: state.attempt(attempt) })
    await state.removeAttempt(attempt)
  }

  async #remove({ key, what, name, attempt, keptUntil, remove }: Found): Promise<boolean> {
    const { events, log, isKnown } = this.options
    // Removing others took time.
    if (keptUntil === null && attempt !== null && isKnown(attempt)) return true
    try {
      await remove()
      events.emit('reaped', { what, name, attempt, why: keptUntil === null ? 'no attempt needs it' : 'it was kept long enough' })
      return true
    } catch (error) {
      if (!this.#stuck.has(key)) log.warn({ loop: this.name, what, name, attempt, err: error }, 'what is left of an attempt cannot be reaped; it will be tried again')
      return false
    }
  }

  async #sweepStore(): Promise<void> {
    const { store } = this.options
    if (store.removeDrafts === undefined || monotonic() - this.#storeSweptAt < SWEEP_STORE_EVERY_MS) return
    this.#storeSweptAt = monotonic()
    await store.removeDrafts(SWEEP_STORE_EVERY_MS)
  }
}
