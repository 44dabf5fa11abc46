import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import { keyOf, next, type Departure, type Resident } from './departure.js'
import type { Hook } from './hook.js'
import type { Host } from './host.js'
import type { Imds } from './imds.js'
import { ask, NoticeKind, noticeOf } from './notice.js'

export interface LifecycleOptions {
  readonly imds: Pick<Imds, 'isThere' | 'get'>
  /** Null: this machine is in no autoscaling group. */
  readonly hook: Hook | null
  readonly host: Pick<Host, 'units' | 'signal' | 'tasksOf'>
  readonly log: Log
  /** The clock of the machine: the notice is by AWS' clock, which it follows. */
  readonly now?: () => number
}

/** AWS asks for this rhythm: two minutes of notice are 24 looks. */
const LOOK_MS = 5_000
const DEPARTING_MS = 1_000
/** AWS limits how often protection is changed. */
const IDLE_MS = 60_000
/** A machine that is no instance of EC2 does not become one; a service that was late is found all the same. */
const ABSENT_MS = 15 * 60_000

/**
 * Listens for word that this machine is to go, has its workers take nothing new, keeps the autoscaling group waiting while tasks run, and
 * tells it when they have ended. What a spot instance still runs shortly before its end is told to end, and runs elsewhere without
 * having used a try.
 */
export class Lifecycle implements Service {
  readonly name = 'lifecycle'
  readonly #loop: Loop
  #isThere: boolean | null = null
  #departure: Departure | null = null
  #isOver = false
  #busyAt: number | null = null
  /** Null: not known; an earlier process may have said something. */
  #isProtected: boolean | null = null

  constructor(private readonly options: LifecycleOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async runOnce(): Promise<number> {
    const { imds, log } = this.options
    if (this.#isThere !== true) {
      const isThere = await imds.isThere()
      if (!isThere && this.#isThere === null) log.info('this machine is no instance of AWS: nobody will say that it is to go')
      this.#isThere = isThere
      if (!isThere) return ABSENT_MS
    }
    const notice = noticeOf(await ask(imds))
    if (notice === null) {
      await this.#protect()
      return LOOK_MS
    }
    if (this.#departure?.notice.kind !== notice.kind) log.warn({ ...notice }, 'this machine is to go: its workers take nothing new')
    this.#departure = { drained: new Set(), stopped: new Set(), beatAt: null, ...this.#departure, notice }
    if (!this.#isOver) await this.#depart(this.#departure)
    return DEPARTING_MS
  }

  /** Another machine is chosen while this one has tasks; one that has none for a while may be. */
  async #protect(): Promise<void> {
    const { hook, host, now = Date.now } = this.options
    if (hook === null) return
    const isBusy = (await host.tasksOf(null)).length > 0
    if (isBusy) this.#busyAt = now()
    const wanted = isBusy || (this.#busyAt !== null && now() - this.#busyAt < IDLE_MS)
    if (wanted === this.#isProtected) return
    await hook.protect(wanted)
    this.#isProtected = wanted
  }

  async #depart(departure: Departure): Promise<void> {
    const { hook, host, log, now = Date.now } = this.options
    const residents = (await host.units()).filter(({ role }) => role === 'worker').map(({ name, pid, state }): Resident => ({ unit: name, pid, isReady: state === 'active' }))
    const deed = next(departure, residents, now())
    const keys = (units: readonly string[]): string[] => residents.filter(({ unit }) => units.includes(unit)).map(keyOf)
    for (const unit of deed.drain) await host.signal(unit, 'SIGUSR2')
    if (deed.stop.length > 0) log.warn({ units: deed.stop }, 'this machine goes in seconds: tasks that still run are stopped and run elsewhere')
    for (const unit of deed.stop) await host.signal(unit, 'SIGPWR')
    this.#departure = { ...departure, drained: new Set([...departure.drained, ...keys(deed.drain)]), stopped: new Set([...departure.stopped, ...keys(deed.stop)]) }
    if (deed.beat) {
      await hook?.beat()
      this.#departure = { ...this.#departure, beatAt: now() }
    }
    if (deed.complete) {
      await hook?.complete()
      log.info('nothing runs here any more; the autoscaling group may end this machine')
      this.#isOver = true
    } else if (residents.length === 0 && departure.notice.kind !== NoticeKind.scaleIn) {
      log.info('nothing runs here any more')
      this.#isOver = departure.notice.kind === NoticeKind.spot
    }
  }
}
