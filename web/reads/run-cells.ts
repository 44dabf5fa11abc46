import type { MappedCount, TasksInState } from '../../shared/database/tables/grids.js'
import type { TaskState } from '../../shared/states/task-instance.js'
import { WORST_FIRST } from '../../shared/views/worst-first.js'
import { NO_TASK, STATE_LETTERS, type GridRow } from '../schemas/grid.js'

export type Counts = Partial<Record<TaskState, number>>

/** The states of one run. */
export interface RunCells {
  readonly state: ReadonlyMap<string, TaskState>
  /** Of mapped tasks. */
  readonly counts: ReadonlyMap<string, Counts>
}

export const worst = (counts: Counts): TaskState | null => WORST_FIRST.find(state => counts[state] !== undefined) ?? null

/** Folds what was read of one run. Pure. */
export function foldStates(single: readonly TasksInState[], mapped: readonly MappedCount[]): RunCells {
  const state = new Map<string, TaskState>()
  for (const { state: one, tasks } of single) for (const task of tasks) state.set(task, one)
  const counts = new Map<string, Counts>()
  for (const { task_id, state: one, count } of mapped) counts.set(task_id, { ...counts.get(task_id), [one]: count })
  for (const [task, own] of counts) state.set(task, worst(own) ?? 'none')
  return { state, counts }
}

/** One letter for each row, and the counts behind those that stand for several instances. Pure. */
export function cellsOf(rows: readonly GridRow[], { state, counts }: RunCells): { readonly cells: string; readonly counts: Record<string, Counts> } {
  const letters = new Array<string>(rows.length).fill(NO_TASK)
  const groups = new Map<number, Counts>()
  const shown: Record<string, Counts> = {}
  rows.forEach((row, index) => {
    const own = row.kind === 'group' ? undefined : state.get(row.id)
    if (own === undefined) return
    letters[index] = STATE_LETTERS[own]
    const several = counts.get(row.id)
    if (several !== undefined) shown[index] = several
    for (let at = row.parent; at >= 0; at = rows[at]?.parent ?? -1) add(groups, at, several ?? { [own]: 1 })
  })
  for (const [index, sum] of groups) {
    const state = worst(sum)
    if (state === null) continue
    letters[index] = STATE_LETTERS[state]
    shown[index] = sum
  }
  return { cells: letters.join(''), counts: shown }
}

function add(groups: Map<number, Counts>, index: number, counts: Counts): void {
  let sum = groups.get(index)
  if (sum === undefined) groups.set(index, (sum = {}))
  for (const [state, count] of Object.entries(counts) as [TaskState, number][]) sum[state] = (sum[state] ?? 0) + count
}
