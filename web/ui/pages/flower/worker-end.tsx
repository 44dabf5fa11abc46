import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../../api/ask.js'
import { useWorker, type Worker, type WorkerDetails } from '../../api/flower.js'
import { Field, Segments } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { StateLabel } from '../../kit/state.js'
import { tell } from '../../kit/toasts.js'
import { Loaded } from '../../kit/waiting.js'
import { mappedName } from '../run/task-table.js'
import { reloadWorkers } from './worker-acts.js'

export type Ending = 'drain' | 'shutdown'
type Attempt = WorkerDetails['attempts'][number]

interface Deadline {
  readonly ms: number
  /** Whether what still runs then is stopped and run elsewhere; else it runs on for the next process. */
  readonly stops: boolean
}

const MINUTE_MS = 60_000
/** A worker does not wait longer, by the API. */
const MOST_MINUTES = 30 * 24 * 60
/** What has not started is given back at once, without a try. */
const HAS_STARTED: ReadonlySet<string> = new Set(['running'])

const minutesText = (ms: number): string => `${ms / MINUTE_MS} min`

/** What becomes of a task when its worker ends like this. */
function fateOf({ state }: Attempt, ending: Ending, deadline: Deadline | null): string {
  if (!HAS_STARTED.has(state)) return 'goes back into its queue, or starts and runs on'
  if (ending === 'shutdown') return 'runs on; the next process takes it over'
  if (deadline === null) return 'runs to its end'
  return `runs to its end; after ${minutesText(deadline.ms)} it ${deadline.stops ? 'is stopped and run elsewhere' : 'runs on for the next process'}`
}

/** Drains a worker or shuts it down, and tells before that what becomes of each of its tasks. */
export function EndDialog({ worker, ending, onClose }: { readonly worker: Worker; readonly ending: Ending; readonly onClose: () => void }) {
  const { id, name } = worker
  const [limit, setLimit] = useState<'none' | 'some'>('none')
  const [minutes, setMinutes] = useState('30')
  const [then, setThen] = useState<'detach' | 'stop'>('detach')
  const details = useWorker(id)
  const deadline = ending === 'shutdown' || limit === 'none' || minutes === '' ? null : { ms: Number(minutes) * MINUTE_MS, stops: then === 'stop' }
  const end = useMutation({
    meta: { told: true },
    mutationFn: () => ask('POST', path`/workers/${id}/${ending}`, ending === 'shutdown' ? {} : { body: deadline === null ? {} : { deadlineMs: Math.round(deadline.ms), stopTasks: deadline.stops } }),
    onSuccess: () => {
      tell(`${name} is told to ${ending === 'shutdown' ? 'end; what runs there runs on' : 'finish what it has and to end'}.`)
      void reloadWorkers()
      onClose()
    },
  })
  const submit = (event: FormEvent) => { event.preventDefault(); end.mutate() }
  return (
    <Dialog title={`${ending === 'drain' ? 'Drain' : 'Shut down'} ${name}`} onClose={onClose} wide>
      <form onSubmit={submit}>
        <div className="body">
          {end.isError && <ProblemBox error={end.error} />}
          <p className="dim">{ending === 'drain' ? 'It takes nothing new from now on, and its process ends when its tasks have.' : 'Its process ends within seconds, as by SIGTERM. Nothing of what runs is stopped: the next process on its machine takes it over.'}</p>
          {ending === 'drain' && (
            <>
              <div className="toolbar"><span className="dim">Its tasks have</span><Segments<typeof limit> label="Time" value={limit} onChange={setLimit} choices={[['none', 'as long as they take'], ['some', 'a deadline']]} /></div>
              {limit === 'some' && (
                <div className="pair">
                  <Field label="Minutes"><input className="input" name="minutes" type="number" min="1" max={MOST_MINUTES} required value={minutes} onChange={({ target }) => setMinutes(target.value)} /></Field>
                  <Field label="What still runs then"><select className="input" name="then" value={then} onChange={({ target }) => setThen(target.value === 'stop' ? 'stop' : 'detach')}><option value="detach">runs on for the next process</option><option value="stop">is stopped and run elsewhere</option></select></Field>
                </div>
              )}
            </>
          )}
          <Loaded query={details} rows={3}>{({ attempts }) => <Fates attempts={attempts} ending={ending} deadline={deadline} />}</Loaded>
        </div>
        <footer>
          <button type="button" className="button" onClick={onClose}>Close</button>
          <button type="submit" className="button danger" disabled={end.isPending || details.data === undefined}>{ending === 'drain' ? 'Drain it' : 'Shut it down'}</button>
        </footer>
      </form>
    </Dialog>
  )
}

function Fates({ attempts, ending, deadline }: { readonly attempts: readonly Attempt[]; readonly ending: Ending; readonly deadline: Deadline | null }) {
  if (attempts.length === 0) return <p>It is busy with nothing: <strong>no task is concerned</strong>.</p>
  return (
    <div>
      <p style={{ paddingBottom: 8 }}><strong>{attempts.length} {attempts.length === 1 ? 'task' : 'tasks'}</strong> on it:</p>
      <div className="touched" tabIndex={0} role="region" aria-label="What becomes of its tasks">
        <table className="table stack" aria-label="Tasks on it">
          <thead><tr><th>Task</th><th>DAG</th><th>Is now</th><th>Then</th></tr></thead>
          <tbody>{attempts.map(attempt => (
            <tr key={`${attempt.dag} ${attempt.run} ${attempt.task} ${attempt.mapIndex}`}>
              <td className="name main">{mappedName(attempt.task, attempt.mapIndex)}</td><td data-label="DAG" className="dim">{attempt.dag}</td><td data-label="State"><StateLabel state={attempt.state} /></td><td data-label="Then" className="name whole">{fateOf(attempt, ending, deadline)}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </div>
  )
}
