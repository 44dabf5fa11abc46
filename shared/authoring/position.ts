import { fileURLToPath } from 'node:url'
import type { SourcePosition } from '../dag/draft.js'

/** Where the function `below` was called, as the running JavaScript sees it: before source maps. */
export function callerPosition(below: (this: never, ...args: never[]) => unknown): SourcePosition {
  const { stackTraceLimit } = Error
  const prepareStackTrace = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_error, sites) => sites[0]
    Error.captureStackTrace(holder, below)
    const site = holder.stack as NodeJS.CallSite | undefined
    const file = site?.getFileName() ?? ''
    return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: site?.getLineNumber() ?? null, column: site?.getColumnNumber() ?? null }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    if (prepareStackTrace) Object.defineProperty(Error, 'prepareStackTrace', prepareStackTrace)
    else delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace
  }
}
