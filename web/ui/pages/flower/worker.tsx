import { useMutation } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../../api/ask.js'
import { useWorker, type Worker, type WorkerDetails } from '../../api/flower.js'
import { useLive } from '../../api/live.js'
import { useMay } from '../../api/may.js'
import { queryClient } from '../../api/query-client.js'
import { bytesText } from '../../kit/bytes.js'
import { Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { Table } from '../../kit/list.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { tell } from '../../kit/toasts.js'
import { StateLabel } from '../../kit/state.js'
import { Duration, Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { ActDialog } from '../acts/act-dialog.js'
import { mappedName } from '../run/task-table.js'
import { Doing, Slots } from './workers.js'

const reload = () => queryClient.invalidateQueries({ queryKey: ['workers'] })
type Verb = 'pause' | 'resume' | 'drain' | 'shutdown'
const TOLD: Readonly<Record<Verb, string>> = { pause: 'is told to take nothing more', resume: 'is told to take work again', drain: 'is told to finish what it has and to end', shutdown: 'is told to end; its containers run on' }

export function WorkerPage() {
  const { worker: name } = useParams({ from: '/shell/workers/$worker' })
  const [isSetting, set] = useState(false)
  const mayOperate = useMay().everywhere('operator')
  const query = useWorker(name)
  useLive('workers', [['workers']])
  const act = useMutation({ mutationFn: (verb: Verb) => ask('POST', path`/workers/${name}/${verb}`, verb === 'shutdown' ? {} : { body: {} }), onSuccess: (_, verb) => { void reload(); tell(`${name} ${TOLD[verb]}.`) } })
  const button = (verb: Verb, text: string, look = '') => <button type="button" className={`button ${look}`} disabled={act.isPending} onClick={() => act.mutate(verb)}>{text}</button>
  return (
    <Page crumbs={[{ text: 'Workers', link: { to: '/workers' } }, { text: name }]}>
      <Loaded query={query}>{worker => (
        <>
          <header>
            <h1>{name}</h1><Doing worker={worker} />
            {mayOperate && <div className="acts">
              {worker.paused.length > 0 ? button('resume', 'Resume') : button('pause', 'Pause')}
              <button type="button" className="button" onClick={() => set(true)}>Change</button>
              {button('drain', 'Drain')}{button('shutdown', 'Shut down', 'danger')}
            </div>}
          </header>
          {worker.refusing.map(reason => <p key={reason} className="notice warn">{reason}</p>)}
          <Facts worker={worker} />
          <Busy attempts={worker.attempts} />
          {isSetting && <SetDialog worker={worker} onClose={() => set(false)} />}
        </>
      )}</Loaded>
    </Page>
  )
}

function Facts({ worker }: { readonly worker: Worker }) {
  const { capacity } = worker
  return (
    <div className="cards">
      <section className="card" aria-label="Work"><h2>Work</h2><div className="body"><dl className="facts">
        <dt>Slots</dt><dd><Slots active={worker.active} slots={worker.slots} /></dd>
        <dt>Queues</dt><dd><span className="tags">{worker.queues.map(queue => <span key={queue} className="tag">{queue}{worker.paused.includes(queue) && ' (paused)'}</span>)}</span></dd>
        <dt>Processed</dt><dd className="number">{worker.everProcessed.toLocaleString('en')} <span className="faint">· {(worker.processed ?? 0).toLocaleString('en')} since its start</span></dd>
        <dt>Failed</dt><dd className="number">{worker.everFailed.toLocaleString('en')} <span className="faint">· {(worker.failed ?? 0).toLocaleString('en')} since its start</span></dd>
      </dl></div></section>
      <section className="card" aria-label="Process"><h2>Process</h2><div className="body"><dl className="facts">
        <dt>Host</dt><dd>{worker.host}</dd><dt>Process</dt><dd className="number">{worker.pid}</dd><dt>Version</dt><dd>{worker.version}</dd><dt>Id</dt><dd className="mono small">{worker.id}</dd>
        <dt>Started</dt><dd><Time at={worker.startedAt} /></dd><dt>First seen</dt><dd><Time at={worker.firstSeen} /></dd><dt>Last seen</dt><dd><Time at={worker.lastSeen} relative /></dd>
      </dl></div></section>
      <section className="card" aria-label="Health"><h2>Health</h2><div className="body"><dl className="facts">
        <dt>Health</dt><dd>{worker.health ?? '–'}</dd><dt>Load</dt><dd className="number">{worker.load?.toFixed(2) ?? '–'}</dd>
        {capacity !== null && <><dt>CPUs</dt><dd className="number">{capacity.cpusReserved} <span className="faint">of {capacity.cpus ?? 'any'} reserved</span></dd><dt>Memory</dt><dd className="number">{bytesText(capacity.memoryReserved)} <span className="faint">of {capacity.memory === null ? 'any' : bytesText(capacity.memory)} reserved</span></dd></>}
        {worker.kept !== null && worker.kept > 0 && <><dt>Kept</dt><dd>{worker.kept} containers of failed attempts</dd></>}
      </dl></div></section>
    </div>
  )
}

type BusyAttempt = WorkerDetails['attempts'][number]

function Busy({ attempts }: { readonly attempts: readonly BusyAttempt[] }) {
  const [cancelled, cancel] = useState<BusyAttempt | null>(null)
  const may = useMay()
  return (
    <section className="section">
      <h2>Busy with <span className="faint number">{attempts.length}</span></h2>
      {attempts.length === 0 ? <p className="dim">{may.everywhere('viewer') ? 'Nothing runs on it.' : 'Nothing that you may see.'}</p> : (
        <Table label="What it is busy with" columns={['State', 'Task', 'DAG', 'Run', 'Queue', { name: 'Since', className: 'right' }, { name: 'Actions', hidden: true, className: 'tight' }]}>{attempts.map(attempt => {
          const { dag, run, task, mapIndex, fence, state, queue, claimedAt, startedAt } = attempt
          return (
            <tr key={`${dag} ${run} ${task} ${mapIndex} ${fence}`}>
              <td className="tight" data-label="State"><StateLabel state={state} /></td>
              <td className="name main"><Link to="/dags/$dag/runs/$run/tasks/$task" params={{ dag, run, task }} search={mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }}>{mappedName(task, mapIndex)}</Link></td>
              <td data-label="DAG"><Link to="/dags/$dag" params={{ dag }}>{dag}</Link></td><td data-label="Run" className="dim">{run}</td><td data-label="Queue" className="dim">{queue}</td><td data-label="Since" className="right"><Duration from={startedAt ?? claimedAt} to={null} /></td>
              <td className="tight">{may.inDag('operator', dag) && <button type="button" className="button danger" aria-label={`Cancel ${mappedName(task, mapIndex)} of ${run}`} onClick={() => cancel(attempt)}>Cancel</button>}</td>
            </tr>
          )
        })}</Table>
      )}
      {cancelled !== null && <ActDialog act="cancel" dag={cancelled.dag} title={mappedName(cancelled.task, cancelled.mapIndex)} selection={{ runs: [cancelled.run], tasks: [cancelled.task], ...(cancelled.mapIndex >= 0 && { mapIndex: cancelled.mapIndex }) }} onClose={() => cancel(null)} />}
    </section>
  )
}

function SetDialog({ worker, onClose }: { readonly worker: Worker; readonly onClose: () => void }) {
  const [concurrency, setConcurrency] = useState(String(worker.slots))
  const [queues, setQueues] = useState(worker.queues.join(', '))
  const save = useMutation({
    meta: { told: true }, mutationFn: () => ask('PATCH', path`/workers/${worker.name}`, { body: { concurrency: Number(concurrency), queues: queues.split(',').map(queue => queue.trim()).filter(queue => queue !== '') } }),
    onSuccess: async () => { await reload(); onClose() },
  })
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate() }
  return (
    <Dialog title={`Change ${worker.name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">
          {save.isError && <ProblemBox error={save.error} />}
          <Field label="Slots"><input className="input" name="concurrency" type="number" min="1" required value={concurrency} onChange={({ target }) => setConcurrency(target.value)} /></Field>
          <Field label="Queues" hint="With commas between."><input className="input" name="queues" required value={queues} onChange={({ target }) => setQueues(target.value)} /></Field>
        </div>
        <footer><button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={save.isPending}>Save</button></footer>
      </form>
    </Dialog>
  )
}
