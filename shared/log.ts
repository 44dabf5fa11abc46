import pino from 'pino'

export type Log = pino.Logger
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * Structured logs on standard error, one JSON object a line (standard output belongs to commands).
 * Keys used everywhere: loop, queue, dag, run, task, attempt, worker, container, file, err.
 */
export function createLog(level: LogLevel, component: string): Log {
  return pino({ level, base: { component }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))
}
