import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask } from '../../api/ask.js'
import { dagPath } from '../../api/dags.js'
import { queryClient } from '../../api/query-client.js'
import type { Schema } from '../../api/schema.js'
import { Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { Time } from '../../kit/time.js'
import { tell } from '../../kit/toasts.js'

type Plan = Schema<'BackfillPlan'>
const SHOWN = 300
const DOES: Readonly<Record<Plan['dates'][number]['action'], string>> = { create: 'makes a run', reprocess: 'runs it again', leave: 'leaves it alone' }

/** A backfill is planned first: what it does about each date is seen before it starts. */
export function BackfillDialog({ dag, zone, onClose }: { readonly dag: string; readonly zone: string; readonly onClose: () => void }) {
  const [form, setForm] = useState({ from: '', to: '', reprocess: 'none', maxActiveRuns: '', backwards: false })
  const [plan, setPlan] = useState<Plan | null>(null)
  const call = (dryRun: boolean) => ask<Plan>('POST', `${dagPath(dag)}/backfills`, { body: { ...form, maxActiveRuns: form.maxActiveRuns === '' ? null : Number(form.maxActiveRuns), dryRun } })
  const look = useMutation({ meta: { told: true }, mutationFn: () => call(true), onSuccess: setPlan })
  const start = useMutation({
    meta: { told: true },
    mutationFn: () => call(false),
    onSuccess: ({ backfill, counts }) => {
      void queryClient.invalidateQueries()
      tell(backfill === null ? 'Every date was left alone: there is nothing to do.' : `Backfill ${backfill} runs ${counts.create + counts.reprocess} dates.`)
      onClose()
    },
  })
  const change = (part: Partial<typeof form>) => { setPlan(null); setForm(before => ({ ...before, ...part })) }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (plan === null) look.mutate()
    else start.mutate()
  }
  const error = start.error ?? look.error
  return (
    <Dialog title={`Backfill ${dag}`} onClose={onClose} wide={plan !== null}>
      <form onSubmit={submit}>
        <div className="body">
          {error !== null && <ProblemBox error={error} />}
          <div className="pair">
            <Field label="First logical date" hint={`In ${zone}.`}><input className="input" name="from" required placeholder="2026-01-01" value={form.from} onChange={({ target }) => change({ from: target.value })} /></Field>
            <Field label="Last logical date"><input className="input" name="to" required placeholder="2026-01-31" value={form.to} onChange={({ target }) => change({ to: target.value })} /></Field>
            <Field label="Dates that have a run"><select className="input" name="reprocess" value={form.reprocess} onChange={({ target }) => change({ reprocess: target.value })}><option value="none">Leave them alone</option><option value="failed">Run again what failed</option><option value="completed">Run again all that ended</option></select></Field>
            <Field label="Runs at a time" hint="Left empty: as many as the DAG allows."><input className="input" name="maxActiveRuns" type="number" min="1" value={form.maxActiveRuns} onChange={({ target }) => change({ maxActiveRuns: target.value })} /></Field>
          </div>
          <label className="check"><input type="checkbox" checked={form.backwards} onChange={({ target }) => change({ backwards: target.checked })} />Newest date first</label>
          {plan !== null && (
            <div>
              <p style={{ paddingBottom: 8 }}><strong>{plan.counts.create} new</strong>, {plan.counts.reprocess} again, {plan.counts.leave} left alone, {plan.maxActiveRuns} at a time:</p>
              <div className="touched" tabIndex={0} role="region" aria-label="What will be done"><table className="table"><thead><tr><th>Logical date</th><th>What it does</th><th>Run</th></tr></thead>
                <tbody>{plan.dates.slice(0, SHOWN).map(({ run, logicalDate, action, state }) => <tr key={run}><td><Time at={logicalDate} seconds={false} /></td><td>{DOES[action]}{state !== null && <span className="faint"> ({state})</span>}</td><td className="dim">{run}</td></tr>)}</tbody></table></div>
            </div>
          )}
        </div>
        <footer><button type="button" className="button" onClick={onClose}>Close</button><button type="submit" className="button primary" disabled={look.isPending || start.isPending}>{plan === null ? 'Show what it would do' : 'Start the backfill'}</button></footer>
      </form>
    </Dialog>
  )
}
