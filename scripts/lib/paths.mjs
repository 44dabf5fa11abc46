import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** What the scripts keep between runs: the demo's state and its Docker data. Never committed. */
export const STATE = join(ROOT, '.longshore')
