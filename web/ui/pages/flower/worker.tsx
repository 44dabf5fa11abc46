import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useWorker, type Worker } from '../../api/flower.js'
import { useLive } from '../../api/live.js'
import { needsRole, useMay } from '../../api/may.js'
import { bytesText } from '../../kit/bytes.js'
import { Switch } from '../../kit/controls.js'
import { Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { isAllPaused, isPausedHere, usePause } from './worker-acts.js'
import { Busy } from './worker-busy.js'
import { EndDialog, type Ending } from './worker-end.js'
import { SettingsDialog } from './worker-settings.js'
import { Doing, Slots } from './workers.js'

export function WorkerPage() {
  const { worker: name } = useParams({ from: '/shell/workers/$worker' })
  const query = useWorker(name)
  useLive('workers', [['workers']])
  return (
    <Page crumbs={[{ text: 'Workers', link: { to: '/workers' } }, { text: query.data?.name ?? name }]}>
      <Loaded query={query}>{worker => (
        <>
          <Head worker={worker} />
          {worker.wanted?.end != null && <p className="notice">{endText(worker.wanted.end)}</p>}
          {worker.refusing.map(reason => <p key={reason} className="notice warn">{reason}</p>)}
          <Facts worker={worker} />
          <Busy attempts={worker.attempts} />
        </>
      )}</Loaded>
    </Page>
  )
}

function Head({ worker }: { readonly worker: Worker }) {
  const [open, show] = useState<'settings' | Ending | null>(null)
  const mayOperate = useMay().everywhere('operator')
  const pause = usePause(worker)
  const allPaused = isAllPaused(worker)
  const close = () => show(null)
  return (
    <header>
      <h1>{worker.name}</h1><Doing worker={worker} />
      {mayOperate && <div className="acts">
        <button type="button" className="button" disabled={pause.isPending} onClick={() => pause.mutate({ verb: allPaused ? 'resume' : 'pause', queue: null })}>{allPaused ? 'Resume' : 'Pause'}</button>
        <button type="button" className="button" onClick={() => show('settings')}>Change</button>
        {worker.status !== 'gone' && <>
          <button type="button" className="button" onClick={() => show('drain')}>Drain</button>
          <button type="button" className="button danger" onClick={() => show('shutdown')}>Shut down</button>
        </>}
      </div>}
      {open === 'settings' ? <SettingsDialog worker={worker} onClose={close} /> : open !== null && <EndDialog worker={worker} ending={open} onClose={close} />}
    </header>
  )
}

function endText({ deadline, then }: NonNullable<NonNullable<Worker['wanted']>['end']>): string {
  if (deadline === null) return 'It is told to end when its tasks have ended.'
  if (deadline === 0 && then === 'detach') return 'It is told to end now; what runs there runs on for its next process.'
  return `It is told to end when its tasks have ended. ${Math.round(deadline / 60_000)} min after it heard of that, what still runs ${then === 'stop' ? 'is stopped and run elsewhere' : 'runs on for its next process'}.`
}

function Facts({ worker }: { readonly worker: Worker }) {
  const { capacity } = worker
  return (
    <div className="cards">
      <section className="card" aria-label="Work"><h2>Work</h2><div className="body"><dl className="facts">
        <dt>Slots</dt><dd><Slots active={worker.active} slots={worker.slots} /></dd>
        <dt>Queues</dt><dd><Queues worker={worker} /></dd>
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

/** The queues that it serves, each with the switch by which it takes nothing from that one. */
function Queues({ worker }: { readonly worker: Worker }) {
  const mayOperate = useMay().everywhere('operator')
  const pause = usePause(worker)
  const by = worker.wanted?.pausedBy
  return (
    <>
      <ul className="switches">{worker.queues.map(queue => {
        const isPaused = isPausedHere(worker, queue)
        return (
          <li key={queue}>
            <Switch on={!isPaused} busy={pause.isPending} denied={mayOperate ? null : needsRole('operator')} label={`${isPaused ? 'Resume' : 'Pause'} ${queue} on ${worker.name}`} onChange={on => pause.mutate({ verb: on ? 'resume' : 'pause', queue })} />
            <Link to="/tasks" search={{ queue, worker: worker.name }} className="ellipsis">{queue}</Link>
            {isPaused ? <span className="faint small">paused here</span> : worker.paused.includes(queue) && <span className="faint small">paused on all workers</span>}
          </li>
        )
      })}</ul>
      {by != null && <div className="faint small">paused by {by.user}, <Time at={by.at} relative /></div>}
    </>
  )
}
