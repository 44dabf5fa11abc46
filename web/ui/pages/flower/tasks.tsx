import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { usePages } from '../../api/pages.js'
import { useQueues, useWorkers } from '../../api/flower.js'
import { useLive } from '../../api/live.js'
import type { Schema } from '../../api/schema.js'
import { Search } from '../../kit/controls.js'
import { List } from '../../kit/list.js'
import { Select } from '../../kit/select.js'
import { StateLabel } from '../../kit/state.js'
import { Duration, Time } from '../../kit/time.js'
import { Empty } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { mappedName } from '../run/task-table.js'

type Task = Schema<'QueuedTask'>
const STATES = ['waiting', 'scheduled', 'queued', 'starting', 'running', 'up_for_retry', 'up_for_reschedule', 'success', 'failed', 'skipped', 'cancelled'] as const
const ORDERS = ['newest', 'oldest'] as const
const AGAIN_MS = 5_000

/** What the API knows by another name. */
const ASKED_FOR: Readonly<Record<string, string>> = { waiting: 'scheduled,queued' }

/** Task instances of all DAGs that have waited for a slot, as Flower lists tasks. */
export function TasksPage() {
  const search = useSearch({ from: '/shell/tasks' })
  const navigate = useNavigate({ from: '/tasks' })
  const queues = useQueues().data?.items.map(({ queue }) => queue) ?? []
  const workers = useWorkers().data?.items.map(({ name }) => name) ?? []
  const query = usePages<Task>(['tasks'], '/tasks', { limit: 100, ...search, state: ASKED_FOR[search.state ?? ''] ?? search.state }, { refetchInterval: AGAIN_MS })
  useLive('queues', [['tasks']])
  const filter = (part: Partial<Record<'state' | 'queue' | 'worker' | 'dag' | 'sort', string | undefined>>) => { void navigate({ search: before => ({ ...before, ...part }), replace: true }) }
  return (
    <Page crumbs={[{ text: 'Tasks' }]}>
      <header><h1>Tasks</h1></header>
      <div className="toolbar">
        <Search label="DAG, exactly" value={search.dag ?? ''} onChange={text => filter({ dag: text === '' ? undefined : text })} />
        <Select label="State" value={search.state as (typeof STATES)[number] | undefined} options={STATES} onChange={state => filter({ state })} />
        <Select label="Queue" value={search.queue} options={queues} onChange={queue => filter({ queue })} />
        <Select label="Worker" value={search.worker} options={workers} onChange={worker => filter({ worker })} />
        <Select label="Order" value={search.sort as (typeof ORDERS)[number] | undefined} options={ORDERS} onChange={sort => filter({ sort })} />
      </div>
      <List<Task>
        query={query} label="Tasks" empty={<Empty title="No tasks">Tasks stand here from when they could run.</Empty>} columns={['State', 'Task', 'DAG', 'Run', 'Queue', 'Worker', { name: 'Try', className: 'right' }, 'Could run', { name: 'Took', className: 'right' }]}
        row={({ dag, run, task, mapIndex, state, queue, worker, try: number, runnableAt, startedAt, endedAt, reason }) => (
          <tr key={`${dag} ${run} ${task} ${mapIndex}`}>
            <td className="tight" data-label="State"><StateLabel state={state} /></td>
            <td className="name main"><Link to="/dags/$dag/runs/$run/tasks/$task" params={{ dag, run, task }} search={mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }} title={reason ?? undefined}>{mappedName(task, mapIndex)}</Link></td>
            <td data-label="DAG"><Link to="/dags/$dag" params={{ dag }}>{dag}</Link></td>
            <td data-label="Run" className="dim name"><div className="ellipsis">{run}</div></td>
            <td data-label="Queue" className="dim">{queue}</td>
            <td data-label="Worker">{worker === null ? <span className="faint">–</span> : <Link to="/workers/$worker" params={{ worker }}>{worker}</Link>}</td>
            <td data-label="Try" className="right number">{number}</td>
            <td data-label="Could run"><Time at={runnableAt} /></td>
            <td data-label="Took" className="right"><Duration from={startedAt} to={endedAt} /></td>
          </tr>
        )}
      />
    </Page>
  )
}
