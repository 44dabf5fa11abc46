import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../../api/ask.js'
import { oldestIn, takenIn, useQueues, waitingIn, type Queue } from '../../api/flower.js'
import { useLive } from '../../api/live.js'
import { needsRole, useMay } from '../../api/may.js'
import { queryClient } from '../../api/query-client.js'
import { Field, Switch } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { Table } from '../../kit/list.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { Sparkline } from '../../kit/sparkline.js'
import { Duration } from '../../kit/time.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'

const reload = () => queryClient.invalidateQueries({ queryKey: ['queues'] })
const rate = (perMinute: number | null): string => (perMinute === null ? '–' : `${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} /min`)

export function QueuesPage() {
  const [edited, edit] = useState<Queue | null>(null)
  const query = useQueues()
  useLive('queues', [['queues']])
  return (
    <Page crumbs={[{ text: 'Queues' }]}>
      <header><h1>Queues</h1></header>
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Empty title="No queues">A queue is there once a DAG has named it.</Empty> : (
        <Table label="Queues" columns={[{ name: 'Active', hidden: true, className: 'tight' }, 'Queue', { name: 'Waiting', className: 'right' }, { name: 'Running', className: 'right' }, { name: 'Oldest', className: 'right' }, { name: 'In', className: 'right' }, { name: 'Out', className: 'right' }, 'Waiting over time', { name: 'Actions', hidden: true, className: 'tight' }]}>
          {items.map(queue => <Row key={queue.queue} queue={queue} onEdit={() => edit(queue)} />)}
        </Table>
      ))}</Loaded>
      {edited !== null && <LimitDialog queue={edited} onClose={() => edit(null)} />}
    </Page>
  )
}

function Row({ queue: shown, onEdit }: { readonly queue: Queue; readonly onEdit: () => void }) {
  const { queue, queued, limit, paused, pausedBy, inPerMinute, outPerMinute, samples } = shown
  const mayOperate = useMay().everywhere('operator')
  const pause = useMutation({ mutationFn: (value: boolean) => ask('PATCH', path`/queues/${queue}`, { body: { paused: value } }), onSuccess: reload })
  return (
    <tr className="lead">
      <td className="tight"><Switch on={!paused} busy={pause.isPending} denied={mayOperate ? null : needsRole('operator')} label={paused ? `Unpause ${queue}` : `Pause ${queue}`} onChange={on => pause.mutate(!on)} /></td>
      <td className="name beside"><Link to="/tasks" search={{ queue }} className="main">{queue}</Link>{paused && <span className="faint small"> paused{pausedBy !== null && ` by ${pausedBy}`}</span>}</td>
      <td data-label="Waiting" className="right number" title={queued === 0 ? undefined : `${queued} of them only wait for a worker to take them`}>{waitingIn(shown)}</td>
      <td data-label="Running" className="right number">{takenIn(shown)}{limit !== null && <span className="faint"> / {limit}</span>}</td>
      <td data-label="Oldest" className="right number"><Duration from={oldestIn(shown)} to={null} /></td>
      <td data-label="In" className="right number">{rate(inPerMinute)}</td>
      <td data-label="Out" className="right number">{rate(outPerMinute)}</td>
      <td data-label="Over time"><Sparkline label="Waiting" values={samples.map(sample => sample.waiting)} /></td>
      <td className="tight">{mayOperate && <button type="button" className="button" aria-label={`Limit ${queue}`} onClick={onEdit}>Limit</button>}</td>
    </tr>
  )
}

function LimitDialog({ queue, onClose }: { readonly queue: Queue; readonly onClose: () => void }) {
  const [limit, setLimit] = useState(queue.limit === null ? '' : String(queue.limit))
  const save = useMutation({ meta: { told: true }, mutationFn: () => ask('PATCH', path`/queues/${queue.queue}`, { body: { limit: limit === '' ? null : Number(limit) } }), onSuccess: async () => { await reload(); onClose() } })
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate() }
  return (
    <Dialog title={`Queue ${queue.queue}`} onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">{save.isError && <ProblemBox error={save.error} />}<Field label="Tasks at once" hint="0 lets nothing of it start; left empty, the queue has no limit of its own."><input className="input" name="limit" type="number" min="0" value={limit} onChange={({ target }) => setLimit(target.value)} /></Field></div>
        <footer><button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={save.isPending}>Save</button></footer>
      </form>
    </Dialog>
  )
}
