import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import type { Manager } from './manager.js'
import type { Supervised } from './supervised.js'

/** Without a watchdog the status is still told. */
const STATUS_MS = 20_000

/**
 * Tells systemd that the service comes forward, as long as it does. A timer that fires proves no more than that the event loop turns:
 * a loop that waits for ever for an answer is found by its own progress.
 */
export class Watchdog implements Service {
  readonly name = 'watchdog'
  #timer: NodeJS.Timeout | undefined
  #stuck: string | null = null
  #status = ''

  constructor(private readonly manager: Manager, private readonly supervised: Supervised, private readonly log: Log) {}

  start(): Promise<void> {
    const { watchdogMs } = this.manager
    this.#timer = setInterval(() => { this.runOnce() }, Math.min(STATUS_MS, (watchdogMs ?? STATUS_MS * 3) / 3))
    this.#timer.unref()
    this.runOnce()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    clearInterval(this.#timer)
    return Promise.resolve()
  }

  runOnce(): void {
    const stuck = this.supervised.stuck()
    if (stuck !== null && this.#stuck === null) this.log.error({ reason: stuck }, 'no progress; systemd is told nothing more and will restart this service')
    if (stuck === null && this.#stuck !== null) this.log.info('it comes forward again')
    this.#stuck = stuck
    const status = stuck ?? this.supervised.status()
    if (stuck === null) void this.manager.tell({ WATCHDOG: 1, ...(status !== this.#status && { STATUS: status }) })
    else if (status !== this.#status) void this.manager.tell({ STATUS: status })
    this.#status = status
  }
}
