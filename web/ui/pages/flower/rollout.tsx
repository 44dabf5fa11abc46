import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { ask } from '../../api/ask.js'
import { useRollout, type Rollout, type RolloutNode } from '../../api/health.js'
import { useMay } from '../../api/may.js'
import { queryClient } from '../../api/query-client.js'
import { Field } from '../../kit/controls.js'
import { Dialog } from '../../kit/dialog.js'
import { Table } from '../../kit/list.js'
import { ProblemBox } from '../../kit/problem-box.js'
import { StateIcon } from '../../kit/state.js'
import { Time } from '../../kit/time.js'

const LOOK: Readonly<Record<RolloutNode['standing'], string>> = { free: 'none', done: 'success', updating: 'running', failed: 'failed', waiting: 'queued', silent: 'offline' }
const DOERS: Readonly<Record<Rollout['releases'][number]['role'], string>> = { web: 'web processes', scheduler: 'schedulers', worker: 'workers' }
const reload = () => Promise.all([queryClient.invalidateQueries({ queryKey: ['releases'] }), queryClient.invalidateQueries({ queryKey: ['health'] })])

/** Which version machines are to have, and how far each is; nothing where nobody rolls anything out. */
export function RolloutSection() {
  const { data } = useRollout()
  const [isHalting, halt] = useState(false)
  const may = useMay()
  const resume = useMutation({ mutationFn: () => ask('POST', '/releases/resume'), onSuccess: reload })
  if (data === undefined || data.releases.length + data.nodes.length === 0) return null
  const isHalted = data.releases.some(({ halted }) => halted !== null)
  const goesOn = data.nodes.some(({ standing }) => standing === 'updating' || standing === 'waiting')
  return (
    <section className="section" id="rollout" aria-label="Roll-out">
      <div className="toolbar">
        <h2>Roll-out</h2>
        <span className="toolbar end">
          {isHalted && may.everywhere('admin') && <button type="button" className="button" disabled={resume.isPending} onClick={() => resume.mutate()}>Go on</button>}
          {!isHalted && goesOn && may.everywhere('operator') && <button type="button" className="button danger" onClick={() => halt(true)}>Halt</button>}
        </span>
      </div>
      {releasesOf(data).map(({ version, where, halted }) => (
        <p key={`${version} ${where}`} className={halted === null ? 'dim' : 'notice warn'}>
          <strong>{version}</strong> is wanted of {where}.{halted !== null && <> Halted{halted.by !== null && halted.by !== 'longshore' && ` by ${halted.by}`} <Time at={halted.at} relative />{halted.why !== null && <>: {halted.why}</>}</>}
        </p>
      ))}
      <Table label="Machines" columns={['Standing', 'Machine', 'Does', 'Has', 'Is to have', 'Why', 'Last heard of']}>{data.nodes.map(({ node, name, roles, version, wanted, standing, why, lastSeen }) => (
        <tr key={node}>
          <td className="tight" data-label="Status"><span className="badge"><StateIcon state={LOOK[standing]} />{standing}</span></td>
          <td className="name main">{name}</td>
          <td data-label="Does" className="dim">{roles.map(({ role, pool }) => (pool === null ? role : `${role} of ${pool}`)).join(', ')}</td>
          <td data-label="Has" className="number">{version}</td>
          <td data-label="Is to have" className="number">{wanted ?? <span className="faint">–</span>}</td>
          <td className={why === null ? 'void' : 'name whole'} {...(why !== null && { 'data-label': 'Why' })}>{why}</td>
          <td data-label="Last heard of"><Time at={lastSeen} relative /></td>
        </tr>
      ))}</Table>
      {isHalted && <p className="dim small">A machine that could not be updated has the version before again. Its journal has the reason (<code>journalctl -u longshore-update -u longshore-install</code>); docs/operations/upgrade.md says what follows.</p>}
      {isHalting && <HaltDialog onClose={() => halt(false)} />}
    </section>
  )
}

interface Shown {
  readonly version: string
  readonly where: string
  readonly halted: Rollout['releases'][number]['halted']
}

/** Roles that are to have the same, in one line. */
function releasesOf({ releases }: Rollout): Shown[] {
  const groups = Map.groupBy(releases, ({ version, halted }) => JSON.stringify([version, halted?.why, halted?.by]))
  return [...groups.values()].map(([first, ...more]) => ({
    version: first?.version ?? '', halted: first?.halted ?? null, where: [first, ...more].flatMap(one => (one === undefined ? [] : [one.pool === null ? DOERS[one.role] : `${DOERS[one.role]} of ${one.pool}`])).join(', '),
  }))
}

function HaltDialog({ onClose }: { readonly onClose: () => void }) {
  const [why, setWhy] = useState('')
  const halt = useMutation({ meta: { told: true }, mutationFn: () => ask('POST', '/releases/halt', { body: { why } }), onSuccess: async () => { await reload(); onClose() } })
  const submit = (event: FormEvent) => { event.preventDefault(); halt.mutate() }
  return (
    <Dialog title="Halt the roll-out" onClose={onClose}>
      <form onSubmit={submit}>
        <div className="body">
          {halt.isError && <ProblemBox error={halt.error} />}
          <p className="dim">No further machine begins. One that is at it comes to its end.</p>
          <Field label="Why" hint="Whoever looks at it sees this."><input className="input" name="why" required maxLength={2000} value={why} onChange={({ target }) => setWhy(target.value)} /></Field>
        </div>
        <footer><button type="button" className="button" onClick={onClose}>Close</button><button type="submit" className="button danger" disabled={halt.isPending}>Halt it</button></footer>
      </form>
    </Dialog>
  )
}
