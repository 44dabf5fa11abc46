import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ask, path } from '../api/ask.js'
import { useMay } from '../api/may.js'
import { usePages } from '../api/pages.js'
import { queryClient } from '../api/query-client.js'
import type { Schema } from '../api/schema.js'
import { List } from '../kit/list.js'
import { lookOf, StateIcon } from '../kit/state.js'
import { durationText, Time } from '../kit/time.js'

type Backfill = Schema<'Backfill'>
const AGAIN_MS = 5_000
/** The state of a backfill, by the state of a run that looks alike. */
const LOOK: Readonly<Record<Backfill['state'], string>> = { active: 'running', paused: 'paused', cancelled: 'cancelled', completed: 'success' }
const SHOWN_STATES = ['success', 'failed', 'cancelled', 'running', 'queued'] as const

/** Backfills, newest first; of one DAG or of all. */
export function BackfillTable({ dag, empty }: { readonly dag: string | null; readonly empty: ReactNode }) {
  const query = usePages<Backfill>(['backfills', dag], dag === null ? '/backfills' : path`/dags/${dag}/backfills`, { limit: 50 }, { refetchInterval: AGAIN_MS })
  return (
    <List<Backfill>
      query={query} label="Backfills" empty={empty} columns={[{ name: 'No.', className: 'tight' }, ...(dag === null ? ['DAG'] : []), 'State', 'Dates', 'Progress', 'Left', 'By', { name: 'Actions', hidden: true, className: 'tight' }]}
      row={item => (
        <tr key={item.backfill}>
          <td className="number main" data-label="No.">{item.backfill}</td>
          {dag === null && <td className="name"><Link to="/dags/$dag/backfills" params={{ dag: item.dag }} className="ellipsis main">{item.dag}</Link></td>}
          <td data-label="State"><span className="badge"><StateIcon state={LOOK[item.state]} />{item.state}</span></td>
          <td data-label="Dates" className="nowrap"><Time at={item.from} seconds={false} /> – <Time at={item.to} seconds={false} /></td>
          <td data-label="Progress"><Progress backfill={item} /></td>
          <td data-label="Left" className="number">{item.leftMs === null ? '–' : durationText(item.leftMs)}</td>
          <td data-label="By" className="dim">{item.createdBy ?? '–'}</td>
          <td className="tight"><Acts backfill={item} /></td>
        </tr>
      )}
    />
  )
}

function Progress({ backfill: { runs, total, skipped } }: { readonly backfill: Backfill }) {
  const done = (runs.success ?? 0) + (runs.failed ?? 0) + (runs.cancelled ?? 0)
  return (
    <div className="progress" title={SHOWN_STATES.flatMap(state => (runs[state] === undefined ? [] : [`${runs[state]} ${state}`])).join(', ') + (skipped > 0 ? `, ${skipped} left alone` : '')}>
      <span className="track" role="img" aria-label={`${done} of ${total} have ended`}>{SHOWN_STATES.map(state => <b key={state} style={{ flexGrow: runs[state] ?? 0, background: lookOf(state).colour }} />)}<b style={{ flexGrow: Math.max(0, total - SHOWN_STATES.reduce((sum, state) => sum + (runs[state] ?? 0), 0)) }} /></span>
      <span className="number small dim">{done} / {total}</span>
    </div>
  )
}

function Acts({ backfill: { dag, backfill, state } }: { readonly backfill: Backfill }) {
  const act = useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'cancel') => ask('POST', path`/dags/${dag}/backfills/${backfill}/${verb}`, verb === 'cancel' ? { body: { running: false } } : {}),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['backfills'] }),
  })
  const may = useMay()
  if (state === 'completed' || state === 'cancelled' || !may.inDag('operator', dag)) return null
  return (
    <span className="toolbar" style={{ flexWrap: 'nowrap' }}>
      <button type="button" className="button" disabled={act.isPending} onClick={() => act.mutate(state === 'paused' ? 'resume' : 'pause')}>{state === 'paused' ? 'Resume' : 'Pause'}</button>
      <button type="button" className="button danger" disabled={act.isPending} onClick={() => act.mutate('cancel')}>Cancel</button>
    </span>
  )
}
