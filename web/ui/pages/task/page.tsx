import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../../api/ask.js'
import { useDag } from '../../api/dags.js'
import { useLive } from '../../api/live.js'
import { useMay } from '../../api/may.js'
import { runKey, taskKey, taskPath, type Task } from '../../api/runs.js'
import { Icon } from '../../kit/icon.js'
import { StateLabel } from '../../kit/state.js'
import { DagZone, Duration, Time } from '../../kit/time.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { ActDialog, type Act } from '../acts/act-dialog.js'
import { mappedName } from '../run/task-table.js'
import { AttemptPicker } from './attempt-picker.js'
import { hasEnded } from './ended.js'
import { LogView } from './log-view.js'
import { RenderedView, ResultView } from './documents.js'
import { TaskDetails } from './task-details.js'
import { logPath } from './use-log.js'
import { WhyView } from './why-view.js'

const TABS = [['log', 'Log'], ['details', 'Details'], ['rendered', 'Rendered'], ['why', 'Why'], ['result', 'Result']] as const

/** One task in one run: its attempts, and what is known of each. */
export function TaskPage() {
  const { dag, run, task } = useParams({ from: '/shell/dags/$dag/runs/$run/tasks/$task' })
  const search = useSearch({ from: '/shell/dags/$dag/runs/$run/tasks/$task' })
  const mapIndex = search.mapIndex === undefined ? -1 : Number(search.mapIndex)
  const [act, setAct] = useState<Act | null>(null)
  const mayOperate = useMay().inDag('operator', dag)
  const zone = useDag(dag).data?.timezone ?? null
  const query = useQuery({ queryKey: taskKey(dag, run, task, mapIndex), queryFn: ({ signal }) => ask<Task>('GET', taskPath(dag, run, task), { signal, query: { mapIndex: mapIndex < 0 ? null : mapIndex } }) })
  useLive(`run:${dag}/${run}`, [runKey(dag, run)])
  const name = mappedName(task, mapIndex)
  return (
    <DagZone value={zone}>
      <Page ofDag crumbs={[{ text: 'DAGs', link: { to: '/dags' } }, { text: dag, link: { to: '/dags/$dag', params: { dag } } }, { text: run, link: { to: '/dags/$dag/runs/$run', params: { dag, run } } }, { text: name }]}>
        <Loaded query={query}>{found => (
          <>
            <header>
              <h1>{name}</h1><StateLabel state={found.state} />
              {found.wanted !== null && <span className="dim">wanted: {found.wanted}</span>}
              {mayOperate && <div className="acts">
                <button type="button" className="button" onClick={() => setAct('clear')}><Icon name="clear" size={14} />Clear</button>
                <button type="button" className="button" onClick={() => setAct('mark')}><Icon name="check" size={14} />Mark</button>
                {!hasEnded(found.state) && <button type="button" className="button danger" onClick={() => setAct('cancel')}><Icon name="stop" size={14} />Cancel</button>}
              </div>}
            </header>
            <TaskFacts task={found} />
            <TaskTabs task={found} mapIndex={mapIndex} />
            {act !== null && <ActDialog act={act} dag={dag} title={name} selection={{ runs: [run], tasks: [task], ...(mapIndex >= 0 && { mapIndex }) }} onClose={() => setAct(null)} />}
          </>
        )}</Loaded>
      </Page>
    </DagZone>
  )
}

function TaskFacts({ task: { queue, tries, startedAt, endedAt, dueAt, reason, kind } }: { readonly task: Task }) {
  return (
    <dl className="strip">
      {kind !== null && <div><dt>Kind</dt><dd>{kind}</dd></div>}
      <div><dt>Queue</dt><dd>{queue}</dd></div>
      <div><dt>Tries</dt><dd className="number">{tries}</dd></div>
      <div><dt>Started</dt><dd><Time at={startedAt} /></dd></div>
      <div><dt>Took</dt><dd><Duration from={startedAt} to={endedAt} /></dd></div>
      {dueAt !== null && <div><dt>Next look</dt><dd><Time at={dueAt} relative /></dd></div>}
      {reason !== null && <div><dt>Because</dt><dd>{reason}</dd></div>}
    </dl>
  )
}

function TaskTabs({ task, mapIndex }: { readonly task: Task; readonly mapIndex: number }) {
  const { dag, run, task: id, attempts } = task
  const { tab = attempts.length === 0 ? 'why' : 'log', attempt: chosen } = useSearch({ from: '/shell/dags/$dag/runs/$run/tasks/$task' })
  const navigate = useNavigate({ from: '/dags/$dag/runs/$run/tasks/$task' })
  const attempt = attempts.find(({ fence }) => String(fence) === chosen) ?? attempts.at(-1)
  return (
    <>
      <nav className="tabs" aria-label="What is known of it">
        {TABS.filter(([name]) => name !== 'result' || task.hasResult).map(([name, text]) => (
          <Link key={name} from="/dags/$dag/runs/$run/tasks/$task" to="." search={before => ({ ...before, tab: name })} {...(name === tab && { 'aria-current': 'page' as const })} activeProps={{}}>{text}</Link>
        ))}
      </nav>
      {attempts.length > 1 && (tab === 'log' || tab === 'details') && <AttemptPicker attempts={attempts} chosen={attempt?.fence ?? -1} onChoose={fence => { void navigate({ search: before => ({ ...before, attempt: String(fence) }), replace: true }) }} />}
      {tab === 'log' && (attempt === undefined ? <Empty title="Nothing has run yet">Why says what it waits for.</Empty> : <LogView key={attempt.fence} url={logPath(dag, run, id, mapIndex, attempt.fence)} />)}
      {tab === 'details' && <TaskDetails task={task} attempt={attempt} />}
      {tab === 'rendered' && <RenderedView path={taskPath(dag, run, id)} mapIndex={mapIndex} />}
      {tab === 'why' && <WhyView path={taskPath(dag, run, id)} mapIndex={mapIndex} state={task.state} />}
      {tab === 'result' && <ResultView path={taskPath(dag, run, id)} mapIndex={mapIndex} />}
    </>
  )
}
