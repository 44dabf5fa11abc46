import { constants } from 'node:os'
import type { Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import { Manager } from './systemd/manager.js'
import type { Supervised } from './systemd/supervised.js'
import { Watchdog } from './systemd/watchdog.js'

export interface RunOptions {
  /** Settles when it has come to its own end. */
  readonly ended?: Promise<void>
  /** For systemd, when that has started it. */
  readonly supervised?: Supervised
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** What is left of a start when it is interrupted: it cannot be taken back half way. */
const START_LIMIT_MS = 5_000
/** An orderly stop takes two or three seconds; a server that is away must not make it last. */
const STOP_LIMIT_MS = 20_000
/** A start that is under way (a migration of a big table, a lock that another one holds) is given this much time again and again … */
const START_EXTENSION_MS = 30_000
/** … until this: then systemd ends it. */
const LONGEST_START_MS = 30 * 60_000

/** Runs a service until a signal, or until it has come to its own end, then stops it in order. A second signal ends the process at once. */
export async function runService(service: Service, log: Log, { ended = new Promise(() => {}), supervised }: RunOptions = {}): Promise<void> {
  const manager = Manager.take(process.env, process.pid, log)
  const signalled = firstSignal(log)
  const started = whileExtending(manager, service.start())
  // When the signal comes first, nobody waits for a start that fails later.
  started.catch(() => {})
  const interrupted = await Promise.race([started.then(() => false), signalled.then(() => true)])
  const watchdog = manager === null || supervised === undefined ? null : new Watchdog(manager, supervised, log)
  if (!interrupted) {
    await manager?.tell({ READY: 1 })
    await watchdog?.start()
    reloadOnSignal(manager, supervised)
    await Promise.race([signalled, ended])
  } else await Promise.race([started.catch(() => {}), after(START_LIMIT_MS)])
  await watchdog?.stop()
  const told = manager?.tell({ STOPPING: 1, STATUS: 'stopping; what runs goes on', EXTEND_TIMEOUT_USEC: (STOP_LIMIT_MS + 5_000) * 1_000 })
  const stopped = service.stop().then(() => told).then(() => true)
  if (!await Promise.race([stopped, after(STOP_LIMIT_MS)])) {
    log.error({ seconds: STOP_LIMIT_MS / 1000 }, 'stopping took too long; ending anyway')
    process.exit(1)
  }
  log.info(`${service.name} stopped`)
  // Everything that must be written is; a timer that a library has left may not keep the process.
  process.exit(0)
}

function firstSignal(log: Log): Promise<void> {
  return new Promise(resolve => {
    let signals = 0
    for (const name of SIGNALS) {
      process.on(name, () => {
        signals += 1
        if (signals > 1) process.exit(128 + constants.signals[name])
        log.info({ signal: name }, 'stopping; once more to end at once')
        resolve()
      })
    }
  })
}

async function whileExtending(manager: Manager | null, start: Promise<void>): Promise<void> {
  if (manager === null) return start
  const since = performance.now()
  const extend = (): void => {
    if (performance.now() - since < LONGEST_START_MS) void manager.tell({ STATUS: 'starting', EXTEND_TIMEOUT_USEC: START_EXTENSION_MS * 1_000 })
  }
  const timer = setInterval(extend, START_EXTENSION_MS / 3)
  try {
    await start
  } finally {
    clearInterval(timer)
  }
}

/** Not on a terminal: there the signal says that the terminal has gone. */
function reloadOnSignal(manager: Manager | null, supervised: Supervised | undefined): void {
  if (supervised?.reload === undefined || process.stderr.isTTY) return
  process.on('SIGHUP', () => {
    void manager?.tell({ RELOADING: 1 })
    supervised.reload?.()
    void manager?.tell({ READY: 1, STATUS: supervised.status() })
  })
}

const after = (milliseconds: number): Promise<false> => new Promise(resolve => setTimeout(() => resolve(false), milliseconds).unref())
