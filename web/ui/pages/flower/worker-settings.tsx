import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../../api/ask.js'
import type { Worker } from '../../api/flower.js'
import { Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { reloadWorkers } from './worker-acts.js'

/** How many tasks a worker runs at once, and of which queues. */
export function SettingsDialog({ worker, onClose }: { readonly worker: Worker; readonly onClose: () => void }) {
  const [concurrency, setConcurrency] = useState(String(worker.slots))
  const [queues, setQueues] = useState(worker.queues.join(', '))
  const save = useMutation({
    meta: { told: true }, mutationFn: () => ask('PATCH', path`/workers/${worker.id}`, { body: { concurrency: Number(concurrency), queues: queues.split(',').map(queue => queue.trim()).filter(queue => queue !== '') } }),
    onSuccess: async () => { await reloadWorkers(); onClose() },
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
