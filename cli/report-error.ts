import { LongshoreError, type ErrorCode } from '../shared/errors.js'
import { EXIT } from './exit.js'
import { paint } from './output/colour.js'
import { plain } from './output/plain.js'

/** What was asked in a way that makes no sense, here or by the API. */
const USAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LS_USAGE', 'LS_REQUEST_INVALID'])

/** Says on standard error what went wrong and what to do, and returns the exit code that goes with it. */
export function reportError(error: unknown, logLevel = process.env['LONGSHORE_LOG_LEVEL']): number {
  const isCoded = error instanceof LongshoreError
  process.stderr.write(describeError(error))
  if (logLevel === 'debug' && error instanceof Error) process.stderr.write(`${plain(stackOf(error))}\n`)
  else if (!isCoded) process.stderr.write('→ Run it again with --log-level debug to see where this comes from.\n')
  return isCoded && USAGE.has(error.code) ? EXIT.usage : EXIT.failed
}

export function describeError(error: unknown): string {
  const label = paint('error', 'red', process.stderr)
  if (error instanceof LongshoreError) return `${label} ${error.code}: ${plain(error.message)}\n→ ${plain(error.hint)}\n`
  return `${label}: ${plain(messageOf(error))}\n`
}

/** Some network errors have a code and no message; an AggregateError has neither but its parts do. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? String((error as NodeJS.ErrnoException).code ?? error.name) : error.message
}

function stackOf(error: Error): string {
  const stack = error.stack ?? error.message
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack
}
