import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useLive } from '../../api/live.js'
import { runKey, useRun, useRunsOf, useTasksOf, type RunItem } from '../../api/runs.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { Gantt } from '../run/gantt.js'
import { RunSelect } from './run-select.js'

/** When the tasks of a run ran: of the newest one, unless another is chosen. */
export function GanttView() {
  const { dag } = useParams({ from: '/shell/dags/$dag/gantt' })
  const { run } = useSearch({ from: '/shell/dags/$dag/gantt' })
  return (
    <Loaded query={useRunsOf(dag, {})}>{({ pages }) => {
      const runs = pages[0]?.items ?? []
      const shown = run ?? runs[0]?.run
      return shown === undefined ? <Empty title="No runs yet">Trigger one to see when its tasks ran.</Empty> : <GanttOf key={shown} dag={dag} run={shown} runs={runs} />
    }}</Loaded>
  )
}

function GanttOf({ dag, run, runs }: { readonly dag: string; readonly run: string; readonly runs: readonly RunItem[] }) {
  const navigate = useNavigate({ from: '/dags/$dag/gantt' })
  const tasks = useTasksOf(dag, run, {})
  useLive(`run:${dag}/${run}`, [runKey(dag, run)])
  return (
    <>
      <div className="toolbar">
        <RunSelect runs={runs} run={run} onChange={value => { void navigate({ search: { run: value }, replace: true }) }} />
        <span className="toolbar end"><Link to="/dags/$dag/runs/$run" params={{ dag, run }} className="button">Run</Link></span>
      </div>
      <Loaded query={useRun(dag, run)}>{found => <Gantt dag={dag} run={found} query={tasks} />}</Loaded>
    </>
  )
}
