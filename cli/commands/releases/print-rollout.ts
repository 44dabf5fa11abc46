import type { ReleaseView, RolloutView } from '../../../shared/views/release-view.js'
import { note, print } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownDuration } from '../../output/time.js'

export function printRollout({ releases, nodes }: RolloutView): void {
  if (releases.length === 0) note('No version is wanted anywhere: nodes stay as they are. `longshore releases set VERSION` wants one.')
  else {
    print(renderTable<ReleaseView>([
      { title: 'ROLE', value: ({ role, pool }) => (pool === null ? role : `${role} ${pool}`) },
      { title: 'VERSION', value: ({ version }) => version },
      { title: 'AT ONCE', value: ({ maxUnavailable }) => maxUnavailable, align: 'right', isMinor: true },
      { title: 'SET BY', value: ({ setBy }) => setBy, isMinor: true },
      { title: 'STATUS', value: ({ halted }) => (halted === null ? 'goes on' : 'halted'), colour: ({ halted }) => (halted === null ? 'green' : 'red') },
      { title: 'WHY', value: ({ halted }) => halted?.why, isNote: true },
    ], releases))
  }
  if (nodes.length === 0) return note('No node has been heard of: longshore-update.timer tells of one.')
  const now = Date.now()
  print('')
  print(renderTable<RolloutView['nodes'][number]>([
    { title: 'NODE', value: ({ name }) => name },
    { title: 'ROLES', value: ({ roles }) => roles.map(({ role, pool }) => (pool === null ? role : `${role} ${pool}`)).join(', ') },
    { title: 'VERSION', value: ({ version }) => version },
    { title: 'WANTED', value: ({ wanted }) => wanted },
    { title: 'STATUS', value: ({ standing }) => standing, colour: ({ standing }) => (standing === 'done' ? 'green' : standing === 'failed' ? 'red' : standing === 'free' ? null : 'yellow') },
    { title: 'SEEN', value: ({ lastSeen }) => `${shownDuration(Math.max(0, now - Date.parse(lastSeen)))} ago`, isMinor: true },
    { title: 'WHY', value: ({ why }) => why, isNote: true },
  ], nodes))
}
