import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import { dagKey, dagPath } from './dags.js'
import type { ChangedRun } from './live.js'
import { queryClient } from './query-client.js'
import type { Schema } from './schema.js'

export type Grid = Schema<'Grid'>
export type GridRow = Schema<'GridRow'>
export type GridRun = Schema<'GridRun'>

/** The letters of GridRun's cells. */
export const STATE_OF_LETTER: Readonly<Record<string, string>> = {
  n: 'none', d: 'scheduled', q: 'queued', b: 'starting', r: 'running', s: 'success', f: 'failed', k: 'skipped', u: 'upstream_failed', c: 'cancelled', t: 'up_for_retry', w: 'up_for_reschedule',
}
export const NO_TASK = '.'
const LETTER_OF_STATE = new Map(Object.entries(STATE_OF_LETTER).map(([letter, state]) => [state, letter]))

/** The grid with what the server has told of these runs. Cells of groups and of mapped tasks, which are sums, wait until the grid has been read again. Pure. */
export function changedGrid(grid: Grid, changed: readonly ChangedRun[]): Grid {
  const placeOf = new Map(grid.tasks.flatMap(({ id, mapped, kind }, place) => (mapped || kind === 'group' ? [] : [[id, place] as const])))
  const runs = grid.runs.map(run => {
    let next = run
    for (const { state, tasks } of changed.filter(one => one.dag === grid.dag && one.run === run.run)) {
      const cells = [...next.cells]
      for (const [task, mapIndex, now] of tasks) {
        const place = placeOf.get(task)
        const letter = LETTER_OF_STATE.get(now)
        if (place !== undefined && letter !== undefined && mapIndex < 0) cells[place] = letter
      }
      next = { ...next, cells: cells.join(''), ...(state !== null && { state: state as GridRun['state'] }) }
    }
    return next
  })
  return { ...grid, runs }
}

/** Shows what changed before the grid, which is large, has been read again. */
export const showInGrid = (dag: string, changed: readonly ChangedRun[]): void => {
  if (changed.length > 0) queryClient.setQueriesData<Grid>({ queryKey: [...dagKey(dag), 'grid'] }, grid => (grid === undefined ? grid : changedGrid(grid, changed)))
}

export const useGrid = (dag: string, runs: number, before: string | null) => useQuery({
  queryKey: [...dagKey(dag), 'grid', runs, before], queryFn: ({ signal }) => ask<Grid>('GET', `${dagPath(dag)}/grid`, { signal, query: { runs, before } }), placeholderData: keepPreviousData,
})
