import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ask, path } from '../api/ask.js'
import { useMay } from '../api/may.js'
import { queryClient } from '../api/query-client.js'
import type { Schema } from '../api/schema.js'
import { Field } from '../kit/controls.js'
import { Dialog } from '../kit/dialog.js'
import { Icon } from '../kit/icon.js'
import { Table } from '../kit/list.js'
import { ProblemBox } from '../kit/problem-box.js'
import { StateLabel } from '../kit/state.js'
import { Time } from '../kit/time.js'
import { Empty, Loaded } from '../kit/waiting.js'
import { Page } from '../shell/page.js'
import { mappedName } from './run/task-table.js'

type Pool = Schema<'Pool'>
const AGAIN_MS = 5_000
const reload = () => queryClient.invalidateQueries({ queryKey: ['pools'] })

export function PoolsPage() {
  const [edited, edit] = useState<Pool | 'new' | null>(null)
  const [shown, show] = useState<string | null>(null)
  const mayChange = useMay().everywhere('author')
  const query = useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => ask<{ readonly items: readonly Pool[] }>('GET', '/pools', { signal }), refetchInterval: AGAIN_MS })
  return (
    <Page crumbs={[{ text: 'Pools' }]}>
      <header><h1>Pools</h1>{mayChange && <div className="acts"><button type="button" className="button" onClick={() => edit('new')}><Icon name="plus" size={14} />New pool</button></div>}</header>
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Empty title="No pools">A pool bounds how many tasks use something at once, over all DAGs.</Empty> : (
        <Table label="Pools" columns={['Pool', 'Slots', { name: 'Held by', className: 'right' }, { name: 'Waiting', className: 'right' }, 'Description', { name: 'Actions', hidden: true, className: 'tight' }]}>{items.map(pool => (
          <tr key={pool.pool}>
            <td className="name main"><button type="button" className="as-text" onClick={() => show(pool.pool)}>{pool.pool}</button></td>
            <td data-label="Slots"><div className="progress"><span className="track" role="img" aria-label={`${pool.used} of ${pool.slots} slots are taken`}><b style={{ flexGrow: pool.used, background: 'var(--s-running)' }} /><b style={{ flexGrow: Math.max(0, pool.slots - pool.used) }} /></span><span className="number small dim">{pool.used} / {pool.slots}</span></div></td>
            <td data-label="Held by" className="right number">{pool.holders}</td>
            <td data-label="Waiting" className="right number">{pool.waiting}</td>
            <td className="dim name">{pool.description}</td>
            <td className="tight">{mayChange && <button type="button" className="button" aria-label={`Change ${pool.pool}`} onClick={() => edit(pool)}>Change</button>}</td>
          </tr>
        ))}</Table>
      ))}</Loaded>
      {edited !== null && <PoolDialog pool={edited === 'new' ? null : edited} onClose={() => edit(null)} />}
      {shown !== null && <Members pool={shown} onClose={() => show(null)} />}
    </Page>
  )
}

function PoolDialog({ pool, onClose }: { readonly pool: Pool | null; readonly onClose: () => void }) {
  const [name, setName] = useState(pool?.pool ?? '')
  const [slots, setSlots] = useState(String(pool?.slots ?? 8))
  const [description, setDescription] = useState(pool?.description ?? '')
  const done = async () => { await reload(); onClose() }
  const save = useMutation({ meta: { told: true }, mutationFn: () => ask('PUT', path`/pools/${name}`, { body: { slots: Number(slots), description: description === '' ? null : description } }), onSuccess: done })
  const remove = useMutation({ meta: { told: true }, mutationFn: () => ask('DELETE', path`/pools/${name}`), onSuccess: done })
  const error = save.error ?? remove.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog title={pool === null ? 'New pool' : `Pool ${pool.pool}`} onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">
          {error !== null && <ProblemBox error={error} />}
          {pool === null && <Field label="Name"><input className="input" name="name" required value={name} onChange={({ target }) => setName(target.value)} /></Field>}
          <Field label="Slots" hint="0 lets nothing of it start."><input className="input" name="slots" type="number" min="0" required value={slots} onChange={({ target }) => setSlots(target.value)} /></Field>
          <Field label="Description"><input className="input" name="description" value={description} onChange={({ target }) => setDescription(target.value)} /></Field>
        </div>
        <footer>{pool !== null && <button type="button" className="button danger" style={{ marginRight: 'auto' }} disabled={remove.isPending} onClick={() => remove.mutate()}>Delete</button>}<button type="button" className="button" onClick={onClose}>Cancel</button><button type="submit" className="button primary" disabled={save.isPending}>Save</button></footer>
      </form>
    </Dialog>
  )
}

/** What holds the slots of a pool, and what waits for them. */
function Members({ pool, onClose }: { readonly pool: string; readonly onClose: () => void }) {
  const query = useQuery({ queryKey: ['pools', pool], queryFn: ({ signal }) => ask<Schema<'PoolDetails'>>('GET', path`/pools/${pool}`, { signal }), refetchInterval: AGAIN_MS })
  const list = (title: string, items: Schema<'PoolDetails'>['held']) => (
    <section><h3 style={{ paddingBottom: 6 }}>{title} <span className="faint number">{items.length}</span></h3>{items.length === 0 ? <p className="dim">Nothing.</p> : (
      <div className="touched" tabIndex={0} role="region" aria-label={title}><table className="table"><tbody>{items.map(({ dag, run, task, mapIndex, state, slots, since }) => (
        <tr key={`${dag} ${run} ${task} ${mapIndex}`}><td><Link to="/dags/$dag/runs/$run/tasks/$task" params={{ dag, run, task }} search={mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }}>{mappedName(task, mapIndex)}</Link> <span className="faint">{dag}</span></td><td><StateLabel state={state} /></td><td className="number">{slots} {slots === 1 ? 'slot' : 'slots'}</td><td><Time at={since} relative /></td></tr>
      ))}</tbody></table></div>
    )}</section>
  )
  return <Dialog title={`Pool ${pool}`} wide onClose={onClose}><div className="body"><Loaded query={query}>{({ held, next }) => <>{list('Holds slots', held)}{list('Waits for them', next)}</>}</Loaded></div></Dialog>
}
