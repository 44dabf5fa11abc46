import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { taskEnvironment } from '../../shared/dag/environment.js'
import { renderTask } from '../../shared/dag/templates.js'
import { decideTrigger } from '../../shared/dag/trigger-rule.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'

const ROOT = resolve(import.meta.dirname, '../..')
export const DATA = join(ROOT, 'node_modules/vega-datasets/data')
const SCRIPTS = join(ROOT, 'examples/scripts')

export interface Try {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface TaskRun {
  readonly state: 'success' | 'failed' | 'skipped' | 'upstream_failed'
  readonly tries: readonly Try[]
  readonly result: unknown
}

/** Where a run works and what it is called. */
export interface Surroundings {
  readonly out: string
  /** For results; empty. */
  readonly results: string
  readonly runId?: string
  readonly params?: Readonly<Record<string, unknown>>
}

/**
 * Runs the tasks of a DAG one after the other on this host: templates, trigger rules, tries and results as in a real run,
 * but with the host's folders in place of the mounts. What is tested are the DAG and its scripts, not the scheduler.
 */
export function runDag(spec: DagSpec, surroundings: Surroundings): Map<string, TaskRun> {
  const runs = new Map<string, TaskRun>()
  for (const task of spec.tasks) {
    const upstream = task.after.map(id => (runs.get(id) as TaskRun).state)
    const count = (state: TaskRun['state']): number => upstream.filter(other => other === state).length
    const decision = decideTrigger(task.triggerRule, {
      total: upstream.length, success: count('success'), failed: count('failed'), upstreamFailed: count('upstream_failed'), skipped: count('skipped'),
    })
    if (decision === 'wait') throw new Error(`${task.id} waits for ever`)
    runs.set(task.id, decision === 'run' ? runTask(spec, task, runs, surroundings) : { state: decision, tries: [], result: undefined })
  }
  return runs
}

function runTask(spec: DagSpec, task: TaskSpec, runs: ReadonlyMap<string, TaskRun>, surroundings: Surroundings): TaskRun {
  const resultFile = join(surroundings.results, `${task.id}.json`)
  const tries: Try[] = []
  for (;;) {
    const ended = runTry(spec, task, tries.length + 1, runs, resultFile, surroundings)
    tries.push(ended)
    const result: unknown = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined
    if (ended.code === 0) return { state: 'success', tries, result }
    if (task.skipExitCodes.includes(ended.code)) return { state: 'skipped', tries, result }
    if (task.failExitCodes.includes(ended.code) || tries.length > task.retries) return { state: 'failed', tries, result }
  }
}

function runTry(spec: DagSpec, task: TaskSpec, tryNumber: number, runs: ReadonlyMap<string, TaskRun>, resultFile: string, surroundings: Surroundings): Try {
  const { out, runId = 'manual__2026-01-01T00:00:00.000Z', params } = surroundings
  const defaults = Object.fromEntries(Object.entries(spec.params).map(([name, param]) => [name, param.default]))
  const context = {
    dag: spec.dag, task: task.id, runId, mapIndex: -1, tryNumber, fence: tryNumber, attempt: `1.${tryNumber}`, logicalDate: 0,
    dataIntervalStart: 0, dataIntervalEnd: 0, timezone: spec.timezone, params: { ...defaults, ...params }, previous: null, item: undefined,
    results: Object.fromEntries([...runs].map(([id, { result }]) => [id, result] as const).filter(([, result]) => result !== undefined)),
  }
  const { entrypoint, command, env } = renderTask(task, context)
  const [program = '', ...args] = [...(entrypoint ?? []), ...(command ?? [])].map(word => word.replace(/^\/app(?=\/)/, SCRIPTS))
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...taskEnvironment(context), ...env, DATA, OUT: out, ...(task.result && { LONGSHORE_RESULT: resultFile }) },
  })
  if (error !== undefined) throw error
  return { code: status ?? -1, stdout, stderr }
}
