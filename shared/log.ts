import { fstatSync } from 'node:fs'
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
  const lines = pino.destination({ fd: 2, sync: true })
  return pino(options, !isJournal() ? lines : { write: line => { lines.write(withPriority(line)) } })
}

/** The journal takes the priority of a line from its beginning and keeps the rest; sd-daemon(3). By pino's tens: debug, info, warn, error, fatal. */
const PRIORITY: Readonly<Record<string, number>> = { 2: 7, 3: 6, 4: 4, 5: 3, 6: 2 }

/** The variable is inherited by children whose standard error goes elsewhere; it names what it means. */
function isJournal(): boolean {
  const { dev, ino } = fstatSync(2)
  return process.env['JOURNAL_STREAM'] === `${dev}:${ino}`
}

export const withPriority = (line: string): string => `<${PRIORITY[/^\{"level":(\d)/.exec(line)?.[1] ?? ''] ?? 6}>${line}`
