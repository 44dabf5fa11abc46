import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'

/** Pools that a DAG names. */
export const poolsOf = ({ tasks }: DagSpec): string[] => [...new Set(tasks.flatMap(({ pool }) => pool ?? []))]

/** What tasks wait for that a throw-away installation does not have, a line for each. */
export function foreignNeeds({ dag, tasks }: DagSpec): readonly string[] {
  return tasks.flatMap(task => {
    const need = needOf(task, dag)
    return need === null ? [] : [`task '${task.id}' ${need}`]
  })
}

function needOf({ wait, trigger, timeout }: TaskSpec, own: string): string | null {
  const end = timeout === null ? 'it waits until you press Ctrl-C' : 'it waits until its timeout'
  if (wait?.kind === 'dag' && wait.dag !== own) return `waits for DAG '${wait.dag}', which does not run here: ${end}`
  if (wait?.kind === 'event') return `waits for the event '${wait.event}', which nobody can post here: ${end}`
  if (trigger !== null && trigger.dag !== own) return `starts a run of DAG '${trigger.dag}', which does not exist here: it fails`
  return null
}
