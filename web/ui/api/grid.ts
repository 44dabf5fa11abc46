import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import { dagKey, dagPath } from './dags.js'
import type { Schema } from './schema.js'

export type Grid = Schema<'Grid'>
export type GridRow = Schema<'GridRow'>
export type GridRun = Schema<'GridRun'>

/** The letters of GridRun's cells. */
export const STATE_OF_LETTER: Readonly<Record<string, string>> = {
  n: 'none', d: 'scheduled', q: 'queued', b: 'starting', r: 'running', s: 'success', f: 'failed', k: 'skipped', u: 'upstream_failed', c: 'cancelled', t: 'up_for_retry', w: 'up_for_reschedule',
}
export const NO_TASK = '.'

export const useGrid = (dag: string, runs: number, before: string | null) => useQuery({
  queryKey: [...dagKey(dag), 'grid', runs, before], queryFn: ({ signal }) => ask<Grid>('GET', `${dagPath(dag)}/grid`, { signal, query: { runs, before } }), placeholderData: keepPreviousData,
})
