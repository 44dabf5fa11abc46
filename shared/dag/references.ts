import type { DagSpec } from './model.js'

/** What a DAG names that lies outside it. Whether it exists changes while the DAG does not, so it is no part of compiling. */
export interface DagReferences {
  /** Other DAGs that its tasks wait for or start; `task` is the one of that DAG that is waited for, null for the whole run. */
  readonly dags: readonly { readonly dag: string; readonly task: string | null; readonly taskOfOurs: string }[]
  /** Pools and the tasks that take slots of them. */
  readonly pools: readonly { readonly pool: string; readonly task: string }[]
}

export function referencesOf(spec: DagSpec): DagReferences {
  return {
    dags: spec.tasks.flatMap(({ id, wait, trigger }) => [
      ...(wait?.kind === 'dag' ? [{ dag: wait.dag, task: wait.task, taskOfOurs: id }] : []),
      ...(trigger ? [{ dag: trigger.dag, task: null, taskOfOurs: id }] : []),
    ]),
    pools: spec.tasks.flatMap(({ id, pool }) => (pool === null ? [] : [{ pool, task: id }])),
  }
}
