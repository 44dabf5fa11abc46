import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { api, bodyOf } from '../../api/client.js'
import { useDag, type ParamSpec } from '../../api/dags.js'
import { queryClient } from '../../api/query-client.js'
import { Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { initialText, ParamField, readParam } from '../../kit/param-field.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { tell } from '../../kit/toasts.js'
import { Loaded } from '../../kit/waiting.js'

export function TriggerDialog({ dag, onClose }: { readonly dag: string; readonly onClose: () => void }) {
  const query = useDag(dag)
  return (
    <Dialog title={`Trigger ${dag}`} onClose={onClose}>
      <Loaded query={query} rows={3}>{({ params, timezone, paused }) => <TriggerForm dag={dag} paused={paused} zone={timezone} params={params} onClose={onClose} />}</Loaded>
    </Dialog>
  )
}

interface Form {
  readonly dag: string
  readonly paused: boolean
  readonly zone: string
  readonly params: Readonly<Record<string, ParamSpec>>
  readonly onClose: () => void
}

function TriggerForm({ dag, paused, zone, params, onClose }: Form) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(Object.entries(params).map(([name, spec]) => [name, initialText(spec)])))
  const [wasSent, setSent] = useState(false)
  const [run, setRun] = useState('')
  const [logicalDate, setDate] = useState('')
  const readings = Object.entries(params).map(([name, spec]) => ({ name, spec, text: texts[name] ?? '', reading: readParam(spec, texts[name] ?? '') }))
  const trigger = useMutation({
    meta: { told: true },
    mutationFn: () => bodyOf(api.POST('/api/v1/dags/{dag}/runs', {
      params: { path: { dag } },
      body: { params: Object.fromEntries(readings.flatMap(({ name, reading }) => (reading.ok ? [[name, reading.value]] : []))), run: run === '' ? null : run, logicalDate: logicalDate === '' ? null : logicalDate },
    })),
    onSuccess: made => {
      void queryClient.invalidateQueries()
      tell(<>Triggered <Link to="/dags/$dag/runs/$run" params={{ dag, run: made.run }}>{made.run}</Link>{made.paused && '. It waits until the DAG is unpaused.'}</>)
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setSent(true)
    if (readings.every(({ reading }) => reading.ok)) trigger.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <div className="body">
        {paused && <p className="notice warn">The DAG is paused: the run waits until it is unpaused.</p>}
        {trigger.isError && <ProblemBox error={trigger.error} />}
        {readings.map(({ name, spec, text, reading }) => (
          <ParamField key={name} name={name} spec={spec} text={text} problem={wasSent && !reading.ok ? reading.problem : null} onChange={value => setTexts(before => ({ ...before, [name]: value }))} />
        ))}
        <details open={readings.length === 0}>
          <summary className="dim">Name and date of the run</summary>
          <div style={{ display: 'grid', gap: 12, paddingTop: 12 }}>
            <Field label="Name of the run" hint="Left empty, it is named after its logical date."><input className="input" name="run" value={run} onChange={({ target }) => setRun(target.value)} /></Field>
            <Field label="Logical date" hint={`In ${zone}; left empty, it is now.`}><input className="input" name="logicalDate" placeholder="2026-01-31T09:00" value={logicalDate} onChange={({ target }) => setDate(target.value)} /></Field>
          </div>
        </details>
      </div>
      <footer><button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={trigger.isPending}>Trigger</button></footer>
    </form>
  )
}
