import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask } from '../../api/ask.js'
import { dagPath } from '../../api/dags.js'
import { queryClient } from '../../api/query-client.js'
import type { Schema } from '../../api/schema.js'
import { Segments } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { tell } from '../../kit/toasts.js'
import { Touched } from './touched.js'

export type Act = 'clear' | 'mark' | 'cancel'

/** What an act starts from; the dialog asks how far it goes. */
export interface Selection {
  readonly runs: readonly string[]
  readonly tasks?: readonly string[]
  readonly mapIndex?: number
}

const WORDS: Readonly<Record<Act, { readonly title: string; readonly verb: string; readonly done: string }>> = {
  clear: { title: 'Clear and run again', verb: 'Clear', done: 'Cleared' },
  mark: { title: 'Mark', verb: 'Mark', done: 'Marked' },
  cancel: { title: 'Cancel', verb: 'Cancel', done: 'Cancelled' },
}

/** Clear, mark or cancel, with the list of what it would touch before it does. */
export function ActDialog({ act, dag, selection, title, onClose }: { readonly act: Act; readonly dag: string; readonly selection: Selection; readonly title: string; readonly onClose: () => void }) {
  const ofTasks = selection.tasks !== undefined
  const [choice, setChoice] = useState({ upstream: false, downstream: ofTasks && act === 'clear', failed: false, force: false })
  const [as, setAs] = useState<'success' | 'failed'>('success')
  const { title: heading, verb, done } = WORDS[act]
  const { upstream, downstream, failed, force } = choice
  const body = {
    ...selection,
    ...(act !== 'cancel' && ofTasks && { upstream, downstream }),
    ...(act === 'clear' && { failed, force }),
    ...(act === 'mark' && { state: as, force }),
  }
  const call = (dryRun: boolean, signal?: AbortSignal) => ask<Schema<'Performed'>>('POST', `${dagPath(dag)}/${act}`, { body: { ...body, dryRun }, ...(signal !== undefined && { signal }) })
  const plan = useQuery({ queryKey: ['plan', act, dag, body], queryFn: ({ signal }) => call(true, signal), placeholderData: keepPreviousData, retry: false, staleTime: 0, gcTime: 0 })
  const perform = useMutation({
    meta: { told: true },
    mutationFn: () => call(false),
    onSuccess: ({ tasks }) => {
      void queryClient.invalidateQueries()
      tell(`${done} ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} of ${title}.`)
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    perform.mutate()
  }
  const check = (name: keyof typeof choice, text: string) => (
    <label className="check"><input type="checkbox" name={name} checked={choice[name]} onChange={({ target }) => setChoice(before => ({ ...before, [name]: target.checked }))} />{text}</label>
  )
  return (
    <Dialog title={`${heading}: ${title}`} onClose={onClose} wide>
      <form onSubmit={submit}>
        <div className="body">
          <div className="toolbar" style={{ gap: '8px 20px' }}>
            {act === 'mark' && <Segments<'success' | 'failed'> label="As" value={as} onChange={setAs} choices={[['success', 'Success'], ['failed', 'Failed']]} />}
            {ofTasks && act !== 'cancel' && <>{check('upstream', 'Upstream too')}{check('downstream', 'Downstream too')}</>}
            {act === 'clear' && check('failed', 'Only what did not succeed')}
            {act !== 'cancel' && check('force', 'Also what is running (it is stopped first)')}
          </div>
          {perform.isError && <ProblemBox error={perform.error} />}
          <Touched plan={plan} />
        </div>
        <footer>
          <button type="button" className="button" onClick={onClose}>Close</button>
          <button type="submit" className={`button ${act === 'cancel' ? 'danger' : 'primary'}`} disabled={perform.isPending || plan.isPending || plan.isError || (plan.data?.tasks.length ?? 0) + (plan.data?.runs.length ?? 0) === 0}>
            {verb}{plan.data !== undefined && ` ${plan.data.tasks.length} ${plan.data.tasks.length === 1 ? 'task' : 'tasks'}`}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
