import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRunsOf } from '../../api/runs.js'
import { Select } from '../../kit/select.js'
import { Empty } from '../../kit/waiting.js'
import { RunTable } from '../run-table.js'
import { RUN_STATES, RUN_TYPES } from '../runs.js'

export function DagRuns() {
  const { dag } = useParams({ from: '/shell/dags/$dag/runs' })
  const { state, type } = useSearch({ from: '/shell/dags/$dag/runs' })
  const navigate = useNavigate({ from: '/dags/$dag/runs' })
  const query = useRunsOf(dag, { state, type })
  return (
    <>
      <div className="toolbar">
        <Select label="State" value={state} options={RUN_STATES} onChange={value => { void navigate({ search: before => ({ ...before, state: value }), replace: true }) }} />
        <Select label="Type" value={type} options={RUN_TYPES} onChange={value => { void navigate({ search: before => ({ ...before, type: value }), replace: true }) }} />
      </div>
      <RunTable ofDag query={query} empty={<Empty title="No runs">Trigger one, or wait for the schedule.</Empty>} />
    </>
  )
}
