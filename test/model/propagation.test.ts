import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rows } from '../../shared/database/database.js'
import { insertRuns } from '../../shared/database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { lasting, until } from '../harness/wait.js'
import { Installation, type Dialect } from '../scheduler/installation.js'
import { documentOf, endOf, resultOf, type ModelDag, type ModelTask } from './graph.js'
import { randomDag } from './random-dag.js'
import { keyOf, outcomes } from './reference.js'

const EXIT_CODES = { success: 0, failed: 1, skipped: 99 } as const
/** Longest that the script holds a job, milliseconds: it shuffles the order of ends. */
const MOST_DELAY = 40

const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31)

describe.each<[Dialect, number]>([['sqlite', 500], ['mysql', 100]])('the scheduler on %s', (dialect, count) => {
  it(`ends ${count} random DAGs as the reference model allows, and counts what it decided by right (MODEL_SEED=${SEED})`, async () => {
    const dags = new Map(fc.sample(randomDag, { numRuns: count, seed: SEED }).map((dag, index) => [`d${index}`, dag]))
    const site = await Installation.create(dialect)
    writeFileSync(join(site.dags, 'all.yaml'), [...dags].map(([id, dag]) => documentOf(dag, id)).join('\n---\n'))
    // On a busy machine a claim may take longer than the tests of recovery wait for one.
    await site.scheduler({ parallelism: 200, dagTimeout: 25_000, enqueueGrace: 60_000, logLevel: 'error' })
    await until(async () => (await rows(site.database, 'SELECT 1 FROM dags WHERE version_key IS NOT NULL')).length === count, { timeout: 100_000, interval: 100, describe: 'the DAGs to be in force' })

    site.worker({
      answer: async job => {
        await lasting(shuffled(job.attempt) % MOST_DELAY)
        const task = dags.get(job.dag)?.tasks.find(({ id }) => id === job.task) as ModelTask
        const keeps = task.keepsResult || task.isBranch
        return { exitCode: EXIT_CODES[endOf(task, job.mapIndex)], result: keeps ? JSON.stringify(resultOf(task, job.mapIndex)) : null }
      },
    })
    await triggerAll(site, dags)
    // A run that hangs is told below, with the states in which it does.
    await until(async () => (await rows(site.database, 'SELECT 1 FROM dag_runs WHERE ended_at IS NULL')).length === 0, { timeout: 180_000, interval: 100 }).catch(() => {})

    const runs = await rows<{ run_key: number; dag_id: string; state: string }>(site.database, 'SELECT r.run_key, d.dag_id, r.state FROM dag_runs r JOIN dags d ON d.dag_key = r.dag_key')
    const instances = groupBy(await rows<TaskInstanceRow>(site.database, 'SELECT * FROM task_instances ORDER BY run_key, map_index'), ({ run_key }) => run_key)
    const wrong: string[] = []
    for (const { run_key, dag_id, state } of runs) {
      const dag = dags.get(dag_id) as ModelDag
      const byTask = groupBy(instances.get(run_key) ?? [], ({ task_id }) => task_id)
      const key = keyOf(state, dag.tasks.map(({ id }) => observed(id, byTask)))
      const allowed = outcomes(dag)
      if (!allowed.has(key)) wrong.push(`came to ${key}\nnot to any of\n${[...allowed.keys()].join('\n')}\n${explain(dag)}`)
      wrong.push(...miscounted(dag, byTask).map(text => `${text}\n${explain(dag)}`))
    }
    wrong.sort((a, b) => a.length - b.length)
    expect(runs).toHaveLength(count)
    expect(wrong.length, `${wrong.length} disagreements; the shortest, with MODEL_SEED=${SEED}:\n${wrong[0] ?? ''}`).toBe(0)
  }, 300_000)
})

function groupBy<K, V>(all: readonly V[], keyOfOne: (one: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>()
  for (const one of all) groups.set(keyOfOne(one), [...groups.get(keyOfOne(one)) ?? [], one])
  return groups
}

/** A hold for each attempt that looks random and is the same again. */
const shuffled = (attempt: string): number => [...attempt].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0, SEED >>> 0)

async function triggerAll(site: Installation, dags: ReadonlyMap<string, ModelDag>): Promise<void> {
  const [first, ...known] = await rows<{ dag_id: string; dag_key: number; version_key: number }>(site.database, 'SELECT dag_id, dag_key, version_key FROM dags ORDER BY dag_key')
  const date = Date.now()
  await site.database.transact('trigger', tx => insertRuns(tx, [first, ...known].flatMap(dag => (dag === undefined ? [] : [{
    dag_key: dag.dag_key, version_key: dag.version_key, run_id: 'manual', type: 'manual' as const, logical_date: date, interval_start: date, interval_end: date, scheduled_for: null,
    params: JSON.stringify({ items: dags.get(dag.dag_id)?.items }), due_at: date,
  }]))))
}

function observed(id: string, byTask: ReadonlyMap<string, readonly TaskInstanceRow[]>): [string, boolean, string[]] {
  const instances = byTask.get(id) ?? []
  const isExpanded = instances.some(({ map_index }) => map_index >= 0)
  const indices = instances.map(({ map_index }) => map_index)
  if (isExpanded && indices.some((mapIndex, position) => mapIndex !== position)) return [id, true, [`indices ${indices.join()}`]]
  return [id, isExpanded, instances.map(({ state }) => state)]
}

/** Instances whose tallies are not what a recount of their upstream gives. */
function miscounted(dag: ModelDag, byTask: ReadonlyMap<string, readonly TaskInstanceRow[]>): string[] {
  return dag.tasks.flatMap(({ id, after }) => {
    const upstream = after.flatMap(up => byTask.get(up) ?? [])
    const count = (state: string): number => upstream.filter(row => row.state === state).length
    const right = [upstream.length, count('success'), count('failed'), count('upstream_failed'), count('skipped')].join()
    return (byTask.get(id) ?? []).flatMap(row => {
      const counted = [row.up_total, row.up_success, row.up_failed, row.up_upstream_failed, row.up_skipped].join()
      return counted === right ? [] : [`${id}[${row.map_index}] counted ${counted} of ${after.join()}, a recount gives ${right}`]
    })
  })
}

const explain = ({ tasks, items }: ModelDag): string => [...tasks.map(task => JSON.stringify(task)), `items ${JSON.stringify(items)}`].join('\n')
