import { createContext, Script } from 'node:vm'

/** Patterns that people mean take microseconds. */
const LIMIT_MS = 50

const question: { pattern?: string; text?: string } = createContext({})
const asked = new Script('new RegExp(pattern, "u").test(text)')

/**
 * Whether a text matches a pattern; null when that cannot be said in time. Patterns come from DAG files and texts from
 * whoever triggers: some pairs (`^(a+)+$` and forty a's with a b) would hold a process for years, and only V8's own limit ends that.
 */
export function matches(pattern: string, text: string): boolean | null {
  Object.assign(question, { pattern, text })
  try {
    return asked.runInContext(question, { timeout: LIMIT_MS }) as boolean
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null
    throw error
  } finally {
    Object.assign(question, { pattern: '', text: '' })
  }
}
