import type { Rollout } from '../api/health.js'

/** Who halts what a machine has failed at (shared/operations/rollout.ts). */
const ITSELF = 'longshore'

/** What there is to say; null: nothing is halted and no machine is on its way. Pure. */
export function tellingOf({ releases, nodes }: Rollout): { readonly isHalted: boolean; readonly text: string } | null {
  const halted = releases.find(release => release.halted !== null)
  if (halted?.halted != null) {
    const { by, why } = halted.halted
    const failed = nodes.filter(({ standing, wanted }) => standing === 'failed' && wanted === halted.version)
    const isByItself = by === null || by === ITSELF
    const where = !isByItself ? ` by ${by}` : failed.length > 0 ? ` on ${failed.map(({ name }) => name).join(', ')}` : ''
    return { isHalted: true, text: `The roll-out of ${halted.version} is halted${where}${why === null ? '.' : `: ${isByItself && failed.length > 0 ? why.replace(/^node \S+: /, '') : why}`}` }
  }
  const busy = nodes.filter(({ standing }) => standing === 'updating')
  const waiting = nodes.filter(({ standing }) => standing === 'waiting')
  const version = (busy[0] ?? waiting[0])?.wanted
  if (version == null) return null
  const done = nodes.filter(node => node.standing === 'done' && node.wanted === version).length
  return { isHalted: false, text: `${version} is being rolled out: ${done} of ${done + busy.length + waiting.length} machines have it${busy.length === 0 ? '' : `, ${busy.map(({ name }) => name).join(', ')} ${busy.length === 1 ? 'is' : 'are'} at it`}.` }
}
