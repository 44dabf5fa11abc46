import { MARKER_VARIABLE } from '../../scripts/lib/test-remains.mjs'
import { runContext } from './run-context.js'

/** The environment of every process that the harness starts: nothing of the developer's own, and the mark of the run. */
export function childEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return markedEnvironment(runContext().marker, more)
}

export function markedEnvironment(marker: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH = '/usr/bin:/bin', HOME = '/tmp', TMPDIR, LANG } = process.env
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...(LANG === undefined ? {} : { LANG }), TZ: 'UTC', [MARKER_VARIABLE]: marker, ...more }
}
