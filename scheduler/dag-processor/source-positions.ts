import { dirname, resolve } from 'node:path'
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { SourcePosition } from '../../shared/dag/draft.js'

/** Name under which a bundled file runs: it marks its frames in stacks. */
export const scriptName = (file: string): string => `longshore-dag:${file}`

/** Leads from the bundle of a file back to its sources. */
export class SourcePositions {
  #trace: TraceMap | undefined

  constructor(private readonly file: string, private readonly map: string) {}

  /** The source of a place in the running script; places elsewhere are already sources. */
  toSource({ file, line, column }: SourcePosition): SourcePosition {
    if (file !== scriptName(this.file)) return { file: file === '' ? this.file : file, line, column }
    if (line === null) return { file: this.file, line: null, column: null }
    this.#trace ??= new TraceMap(this.map)
    const found = originalPositionFor(this.#trace, { line, column: Math.max(0, (column ?? 1) - 1) })
    if (found.source === null) return { file: this.file, line: null, column: null }
    return { file: resolve(dirname(this.file), found.source), line: found.line, column: found.column + 1 }
  }

  /** Where something thrown passed through the sources last. */
  ofError(error: unknown): SourcePosition {
    const stack = error instanceof Error ? error.stack ?? '' : ''
    const name = scriptName(this.file)
    const start = stack.indexOf(`${name}:`)
    const match = start < 0 ? null : /^:(\d+):(\d+)/.exec(stack.slice(start + name.length))
    if (!match) return { file: this.file, line: null, column: null }
    return this.toSource({ file: name, line: Number(match[1]), column: Number(match[2]) })
  }
}
