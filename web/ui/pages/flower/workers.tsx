import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useWorkers, type Worker } from '../../api/flower.js'
import { useLive } from '../../api/live.js'
import { useMay } from '../../api/may.js'
import { Search } from '../../kit/controls.js'
import { Table } from '../../kit/list.js'
import { StateIcon } from '../../kit/state.js'
import { Time } from '../../kit/time.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { isAllPaused, usePause } from './worker-acts.js'
import { EndDialog } from './worker-end.js'

const LOOK: Readonly<Record<string, string>> = { online: 'online', gone: 'offline', unreachable: 'failed', draining: 'draining', paused: 'paused', 'partly paused': 'paused', quarantined: 'upstream_failed', guarded: 'upstream_failed', 'takes nothing': 'upstream_failed' }

export const Doing = ({ worker: { doing } }: { readonly worker: Worker }) => <span className="badge"><StateIcon state={LOOK[doing] ?? 'none'} />{doing}</span>

export function Slots({ active, slots }: { readonly active: number; readonly slots: number }) {
  return <span className="progress"><span className="track" role="img" aria-label={`${active} of ${slots} slots are busy`}><b style={{ flexGrow: active, background: 'var(--s-running)' }} /><b style={{ flexGrow: Math.max(0, slots - active) }} /></span><span className="number small dim">{active} / {slots}</span></span>
}

export function WorkersPage() {
  const [search, setSearch] = useState('')
  const [ending, end] = useState<Worker | null>(null)
  const query = useWorkers()
  useLive('workers', [['workers']])
  const text = search.toLowerCase()
  return (
    <Page crumbs={[{ text: 'Workers' }]}>
      <header><h1>Workers</h1></header>
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Empty title="No workers">Start one with <code>longshore worker --queues default</code>.</Empty> : (
        <>
          <Totals workers={items} />
          <div className="toolbar"><Search label="Search workers" value={search} onChange={setSearch} /></div>
          <Table label="Workers" columns={['Status', 'Worker', 'Slots', 'Queues', { name: 'Processed', className: 'right' }, { name: 'Failed', className: 'right' }, { name: 'Load', className: 'right' }, 'Version', 'Last seen', { name: 'Actions', hidden: true, className: 'tight' }]}>
            {items.filter(({ name, host, queues }) => [name, host, ...queues].some(part => part.toLowerCase().includes(text))).map(worker => (
              <tr key={worker.id}>
                <td className="tight" data-label="Status"><Doing worker={worker} /></td>
                <td className="name two"><Link to="/workers/$worker" params={{ worker: worker.name }} className="main">{worker.name}</Link><div className="small faint">{worker.host}</div></td>
                <td data-label="Slots"><Slots active={worker.active} slots={worker.slots} /></td>
                <td data-label="Queues"><span className="tags">{worker.queues.map(queue => <span key={queue} className="tag">{queue}{worker.paused.includes(queue) && ' (paused)'}</span>)}</span></td>
                <td data-label="Processed" className="right number">{worker.everProcessed.toLocaleString('en')}</td>
                <td data-label="Failed" className="right number">{worker.everFailed.toLocaleString('en')}</td>
                <td data-label="Load" className="right number">{worker.load?.toFixed(2) ?? '–'}</td>
                <td data-label="Version" className="dim">{worker.version}</td>
                <td data-label="Last seen"><Time at={worker.lastSeen} relative /></td>
                <td className="tight right"><Acts worker={worker} onDrain={() => end(worker)} /></td>
              </tr>
            ))}
          </Table>
        </>
      ))}</Loaded>
      {ending !== null && <EndDialog worker={ending} ending="drain" onClose={() => end(null)} />}
    </Page>
  )
}

function Acts({ worker, onDrain }: { readonly worker: Worker; readonly onDrain: () => void }) {
  const mayOperate = useMay().everywhere('operator')
  const pause = usePause(worker)
  if (!mayOperate || worker.status === 'gone') return null
  const isPaused = isAllPaused(worker)
  return (
    <span className="toolbar" style={{ flexWrap: 'nowrap' }}>
      <button type="button" className="button" disabled={pause.isPending} aria-label={`${isPaused ? 'Resume' : 'Pause'} ${worker.name}`} onClick={() => pause.mutate({ verb: isPaused ? 'resume' : 'pause', queue: null })}>{isPaused ? 'Resume' : 'Pause'}</button>
      <button type="button" className="button" aria-label={`Drain ${worker.name}`} disabled={worker.draining} onClick={onDrain}>Drain</button>
    </span>
  )
}

function Totals({ workers }: { readonly workers: readonly Worker[] }) {
  const there = workers.filter(({ status }) => status === 'online')
  const sum = (value: (worker: Worker) => number): number => there.reduce((total, worker) => total + value(worker), 0)
  return (
    <dl className="strip">
      <div><dt>Online</dt><dd className="number">{there.length} of {workers.length}</dd></div>
      <div><dt>Busy slots</dt><dd className="number">{sum(({ active }) => active)} of {sum(({ slots }) => slots)}</dd></div>
      <div><dt>Processed</dt><dd className="number">{workers.reduce((total, { everProcessed }) => total + everProcessed, 0).toLocaleString('en')}</dd></div>
      <div><dt>Failed</dt><dd className="number">{workers.reduce((total, { everFailed }) => total + everFailed, 0).toLocaleString('en')}</dd></div>
    </dl>
  )
}
