import { hashOf } from '../dag/canonical.js'
import { compileDag } from '../dag/compile.js'
import { RESERVED_PREFIX } from '../dag/ids.js'
import type { DagSpec, DagVersion } from '../dag/model.js'
import { LongshoreError } from '../errors.js'

/** One task that belongs to no DAG. */
export interface AdhocTask {
  readonly name: string
  readonly queue: string
  /** Null: a process of the worker itself. */
  readonly image: string | null
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** As in a DAG file: `512m`, a number of CPUs, `1h`. */
  readonly memory: string | null
  readonly cpus: number | null
  readonly timeout: string | null
}

/** The DAG that ad-hoc tasks are runs of; every distinct specification is a version of it. */
export const ADHOC_DAG = `${RESERVED_PREFIX}adhoc`
/** Stands for its file. No folder has one of this name. */
export const ADHOC_FILE = '<adhoc>'
const UNLIMITED = 1_000_000

/**
 * What a DAG file would say, checked and completed by the same code. Exit codes mean nothing but themselves, nothing is
 * retried, and texts are taken as they are: a command that holds `{{` is no template.
 *
 * @throws LongshoreError LS_USAGE with everything that is wrong
 */
export function adhocVersion({ name, queue, image, command, env, memory, cpus, timeout }: AdhocTask): DagVersion {
  const given = {
    queue, ...(image === null ? { kind: 'process' } : { image: literal(image) }), ...(command.length > 0 && { command: command.map(literal) }),
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, literal(value)])),
    ...(memory !== null && { memory }), ...(cpus !== null && { cpus }), ...(timeout !== null && { timeout }),
    retries: 0, skipExitCodes: [], failExitCodes: [], notYetExitCode: null,
  }
  const locate = () => ({ file: ADHOC_FILE, line: null, column: null })
  const compiled = compileDag({ id: 'adhoc', options: { maxActiveRuns: UNLIMITED, maxActiveTasks: UNLIMITED }, tasks: [{ id: name, options: given, after: [], locate }], locate })
  if (!compiled.ok) throw new LongshoreError('LS_USAGE', compiled.problems.map(({ message }) => message).join('; '), { hint: 'See `longshore run --help`.' })
  const spec: DagSpec = { ...compiled.version.spec, dag: ADHOC_DAG, description: 'Tasks of `longshore run`.' }
  return { spec, hash: hashOf(spec) }
}

/** A template that gives the text back as it is. */
export const literal = (text: string): string => text.replace(/\{\{|\{%/g, opening => `{{ '${opening}' }}`)
