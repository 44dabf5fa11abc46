/**
 * Places at which a process can be made to die, so that tests can prove what the next process does about it. Off unless
 * LONGSHORE_CRASH_AT names one: `worker.after-claim`, or `worker.after-claim:3` for the third time it is reached.
 *
 * They are compiled into every build on purpose: the binary that is tested is the binary that is shipped.
 */
export type CrashPoint =
  | 'worker.after-pop' | 'worker.after-claim' | 'worker.after-intent' | 'worker.after-create' | 'worker.after-start'
  | 'worker.after-exit' | 'worker.after-spool' | 'worker.after-finished' | 'worker.while-clearing'
  | `scheduler.${string}`

interface Armed {
  readonly name: string
  remaining: number
}

const armed = parseCrashPoint(process.env['LONGSHORE_CRASH_AT'] ?? '')

/** SIGKILL and not process.exit: nothing may run on the way out, just as in a power cut. */
export function crashPoint(name: CrashPoint): void {
  if (armed?.name !== name) return
  armed.remaining -= 1
  if (armed.remaining === 0) process.kill(process.pid, 'SIGKILL')
}

/** `name` or `name:n`; null when crash points are off. */
export function parseCrashPoint(text: string): Armed | null {
  if (text === '') return null
  const [name = '', times = '1'] = text.split(':')
  const remaining = Number(times)
  return Number.isInteger(remaining) && remaining > 0 ? { name, remaining } : null
}
