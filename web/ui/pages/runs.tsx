import { useNavigate, useSearch } from '@tanstack/react-router'
import { useLive } from '../api/live.js'
import { useRuns } from '../api/runs.js'
import { Select } from '../kit/select.js'
import { Empty } from '../kit/waiting.js'
import { Page } from '../shell/page.js'
import { RunTable } from './run-table.js'

export const RUN_STATES = ['queued', 'running', 'success', 'failed', 'cancelled'] as const
export const RUN_TYPES = ['scheduled', 'manual', 'backfill', 'asset'] as const

export function RunsPage() {
  const { state, type } = useSearch({ from: '/shell/runs' })
  const navigate = useNavigate({ from: '/runs' })
  useLive('dags', [['runs']])
  const query = useRuns({ state, type })
  return (
    <Page crumbs={[{ text: 'Runs' }]}>
      <header><h1>Runs</h1></header>
      <div className="toolbar">
        <Select label="State" value={state} options={RUN_STATES} onChange={value => { void navigate({ search: before => ({ ...before, state: value }), replace: true }) }} />
        <Select label="Type" value={type} options={RUN_TYPES} onChange={value => { void navigate({ search: before => ({ ...before, type: value }), replace: true }) }} />
      </div>
      <RunTable query={query} empty={<Empty title="No runs">{state === undefined && type === undefined ? 'Runs are made by schedules, by people, and by other DAGs.' : 'None has this state and type.'}</Empty>} />
    </Page>
  )
}
