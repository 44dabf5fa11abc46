import pino from 'pino'
import { PinoPretty as pretty } from 'pino-pretty'

export type Log = pino.Logger
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * Structured logs on standard error (standard output belongs to commands): one JSON object a line, or lines for people when it
 * is a terminal.
 * Keys used everywhere: loop, queue, dag, run, task, attempt, worker, container, file, err.
 */
export function createLog(level: LogLevel, component: string): Log {
  const options = { level, base: { component }, timestamp: pino.stdTimeFunctions.isoTime }
  if (process.stderr.isTTY) {
    return pino(options, pretty({ destination: 2, sync: true, colorize: process.env['NO_COLOR'] === undefined, translateTime: 'SYS:HH:MM:ss.l', ignore: 'component', singleLine: true, messageFormat: '{component}: {msg}' }))
  }
  return pino(options, pino.destination({ fd: 2, sync: true }))
}
