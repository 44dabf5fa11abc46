import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useDag } from '../../api/dags.js'
import { useLive } from '../../api/live.js'
import { useMay } from '../../api/may.js'
import { runKey, useRun, useTasksOf, type Run } from '../../api/runs.js'
import { Icon } from '../../kit/icon.js'
import { Select } from '../../kit/select.js'
import { StateLabel } from '../../kit/state.js'
import { DagZone, Duration, Time } from '../../kit/time.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { ActDialog, type Act } from '../acts/act-dialog.js'
import { Gantt } from './gantt.js'
import { TaskTable } from './task-table.js'
import { Segments } from '../../kit/controls.js'

export const TASK_STATES = ['none', 'scheduled', 'queued', 'starting', 'running', 'success', 'failed', 'skipped', 'upstream_failed', 'cancelled', 'up_for_retry', 'up_for_reschedule'] as const

export function RunPage() {
  const { dag, run } = useParams({ from: '/shell/dags/$dag/runs/$run' })
  const { state, view = 'tasks' } = useSearch({ from: '/shell/dags/$dag/runs/$run' })
  const navigate = useNavigate({ from: '/dags/$dag/runs/$run' })
  const [act, setAct] = useState<Act | null>(null)
  const mayOperate = useMay().inDag('operator', dag)
  const zone = useDag(dag).data?.timezone ?? null
  const query = useRun(dag, run)
  const tasks = useTasksOf(dag, run, { state })
  useLive(`run:${dag}/${run}`, [runKey(dag, run)])
  return (
    <DagZone value={zone}>
      <Page ofDag crumbs={[{ text: 'DAGs', link: { to: '/dags' } }, { text: dag, link: { to: '/dags/$dag', params: { dag } } }, { text: run }]}>
        <Loaded query={query}>{found => (
          <>
            <header>
              <h1>{run}</h1><StateLabel state={found.state} />
              {mayOperate && <div className="acts">
                <button type="button" className="button" onClick={() => setAct('clear')}><Icon name="clear" size={14} />Clear</button>
                <button type="button" className="button" onClick={() => setAct('mark')}><Icon name="check" size={14} />Mark</button>
                {found.endedAt === null && <button type="button" className="button danger" onClick={() => setAct('cancel')}><Icon name="stop" size={14} />Cancel</button>}
              </div>}
            </header>
            <RunFacts run={found} />
            <div className="toolbar">
              <Segments<'tasks' | 'gantt'> label="View" value={view} choices={[['tasks', 'Tasks'], ['gantt', 'Gantt']]} onChange={value => { void navigate({ search: before => ({ ...before, view: value === 'tasks' ? undefined : value }), replace: true }) }} />
              <Select label="State" value={state} options={TASK_STATES} onChange={value => { void navigate({ search: before => ({ ...before, state: value }), replace: true }) }} />
              <span className="toolbar end"><Link to="/dags/$dag/graph" params={{ dag }} search={{ run }} className="button"><Icon name="dags" size={14} />Graph</Link></span>
            </div>
            {view === 'gantt' ? <Gantt dag={dag} run={found} query={tasks} /> : <TaskTable dag={dag} run={run} query={tasks} empty={<Empty title="No tasks">{state === undefined ? 'The run has not started: its tasks are made when it does.' : 'None is in this state.'}</Empty>} />}
            {act !== null && <ActDialog act={act} dag={dag} selection={{ runs: [run] }} title={run} onClose={() => setAct(null)} />}
          </>
        )}</Loaded>
      </Page>
    </DagZone>
  )
}

function RunFacts({ run }: { readonly run: Run }) {
  return (
    <dl className="strip">
      <div><dt>Type</dt><dd>{run.type}</dd></div>
      <div><dt>Logical date</dt><dd><Time at={run.logicalDate} seconds={false} /></dd></div>
      <div><dt>Started</dt><dd><Time at={run.startedAt} /></dd></div>
      <div><dt>Took</dt><dd><Duration from={run.startedAt} to={run.endedAt} /></dd></div>
      {run.deadlineAt !== null && <div><dt>Deadline</dt><dd style={run.deadlineMissed ? { color: 'var(--bad)' } : {}}><Time at={run.deadlineAt} seconds={false} />{run.deadlineMissed && ' missed'}</dd></div>}
      {run.reason !== null && <div><dt>Because</dt><dd>{run.reason}</dd></div>}
      {Object.keys(run.params as object ?? {}).length > 0 && <div><dt>Params</dt><dd><code>{JSON.stringify(run.params)}</code></dd></div>}
    </dl>
  )
}
