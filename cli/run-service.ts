import { constants } from 'node:os'
import type { Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** What is left of a start when it is interrupted: it cannot be taken back half way. */
const START_LIMIT_MS = 5_000
/** An orderly stop takes two or three seconds; a server that is away must not make it last. */
const STOP_LIMIT_MS = 20_000

/** Runs a service until a signal, or until it has come to its own end, then stops it in order. A second signal ends the process at once. */
export async function runService(service: Service, log: Log, ended: Promise<void> = new Promise(() => {})): Promise<void> {
  const signalled = firstSignal(log)
  const started = service.start()
  // When the signal comes first, nobody waits for a start that fails later.
  started.catch(() => {})
  const interrupted = await Promise.race([started.then(() => false), signalled.then(() => true)])
  if (!interrupted) await Promise.race([signalled, ended])
  else await Promise.race([started.catch(() => {}), after(START_LIMIT_MS)])
  const stopped = service.stop().then(() => true)
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

const after = (milliseconds: number): Promise<false> => new Promise(resolve => setTimeout(() => resolve(false), milliseconds).unref())
