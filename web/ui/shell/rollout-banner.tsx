import { Link } from '@tanstack/react-router'
import { useRollout } from '../api/health.js'
import { useMay } from '../api/may.js'
import { StateIcon } from '../kit/state.js'
import { tellingOf } from './rollout-telling.js'

/** A roll-out that was stopped, or that goes on, over every page of those who can do something about it. */
export function RolloutBanner() {
  const isAdmin = useMay().everywhere('admin')
  const { data } = useRollout()
  const told = isAdmin && data !== undefined ? tellingOf(data) : null
  if (told === null) return null
  return (
    <aside className={`banner${told.isHalted ? ' bad' : ''}`} aria-label="Roll-out">
      <StateIcon state={told.isHalted ? 'failed' : 'running'} />
      <p>{told.text}</p>
      <Link to="/health" hash="rollout" className="link nowrap">Roll-out</Link>
    </aside>
  )
}
