import { Link } from '@tanstack/react-router'
import { useQueues, useWorkers } from '../../api/flower.js'
import { useHealth } from '../../api/health.js'
import { useImportErrors } from '../../api/import-errors.js'
import { useMay } from '../../api/may.js'
import { Icon } from '../../kit/icon.js'
import { StateIcon } from '../../kit/state.js'
import { Loaded } from '../../kit/waiting.js'
import { concernsOf } from './concerns.js'

/** What needs somebody, each with the way to it; or that nothing does. */
export function Attention() {
  const health = useHealth()
  const known = { health: health.data, workers: useWorkers().data?.items, queues: useQueues().data?.items, importErrors: useImportErrors(), isRolloutTold: useMay().everywhere('admin') }
  return (
    <Loaded query={health} rows={1}>{() => {
      const concerns = concernsOf(known)
      if (concerns.length === 0) return <p className="notice well"><StateIcon state="success" />Nothing needs you: database, broker, log store, schedulers and workers are well.</p>
      return (
        <section className="card attention" aria-label="What needs somebody">
          <ul>{concerns.map(({ state, text, link }) => (
            <li key={text}><Link {...link}><StateIcon state={state} /><span>{text.charAt(0).toUpperCase() + text.slice(1)}</span><Icon name="right" size={12} /></Link></li>
          ))}</ul>
        </section>
      )
    }}</Loaded>
  )
}
