import type { DagSpec, TaskSpec } from './model.js'

/** What the format gained with v 2; a DAG stored before goes on as it was. */
const NEW_IN_DAGS = { deadline: null, timeout: null } as const
const NEW_IN_TASKS = {
  pool: null, poolSlots: 1, maxActive: null, weightRule: 'absolute', dependsOnPast: false, waitForDownstream: false,
  readOnly: false, capAdd: [], secrets: {}, map: null, branch: false, shortCircuit: false, outlets: [], wait: null, trigger: null,
} as const satisfies Partial<TaskSpec>

/** Reads a stored specification of this format or of the one before it. */
export function upgradeSpec(stored: { readonly v: number }): DagSpec {
  if (stored.v !== 1) return stored as DagSpec
  const { tasks, ...dag } = stored as unknown as DagSpec
  return { ...NEW_IN_DAGS, ...dag, v: 2, tasks: tasks.map(task => ({ ...NEW_IN_TASKS, ...task })) }
}
