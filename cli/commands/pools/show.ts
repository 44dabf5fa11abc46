import type { Command } from 'commander'
import type { PoolDetailsView, PoolMemberView } from '../../../shared/views/pool-view.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { stateColour } from '../../output/colour.js'
import { print, printJson } from '../../output/print.js'
import { renderFields, renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'
import { taskName } from '../../views/task-table.js'

const MOST = 10_000

export function define(command: Command): void {
  command
    .argument('<pool>', 'name of the pool')
    .option('-n, --limit <n>', 'how many of those that wait are shown', countUpTo(MOST), 20)
    .option('--json', 'print the pool with its holders and those that wait')
    .action(async (name: string, { limit, json }: { limit: number; json?: boolean }) => {
      const pool = await on(command, 'pools', port => port.show(name, limit))
      if (json === true) printJson(pool)
      else print(text(pool))
    })
}

function text(pool: PoolDetailsView): string {
  const head = renderFields([
    ['pool', pool.pool], ['description', pool.description], ['slots', `${pool.used} of ${pool.slots} taken`],
    ['waiting', pool.waiting === 0 ? 'nothing' : `${pool.waiting} task${pool.waiting === 1 ? '' : 's'}, which need ${pool.waitingSlots} slot${pool.waitingSlots === 1 ? '' : 's'}`],
  ])
  const shownOf = pool.next.length < pool.waiting ? `the first ${pool.next.length} of ${pool.waiting} that wait` : 'waiting'
  return [
    head,
    ...(pool.held.length === 0 ? [] : ['', 'taken by', members(pool.held)]),
    ...(pool.next.length === 0 ? [] : ['', shownOf, members(pool.next)]),
  ].join('\n')
}

function members(found: readonly PoolMemberView[]): string {
  return renderTable<PoolMemberView>([
    { title: 'DAG', value: ({ dag }) => dag },
    { title: 'RUN', value: ({ run }) => run },
    { title: 'TASK', value: taskName },
    { title: 'SLOTS', value: ({ slots }) => slots, align: 'right' },
    { title: 'STATE', value: ({ state }) => state, colour: ({ state }) => stateColour(state) },
    { title: 'SINCE', value: ({ since }) => shownTime(since) },
  ], found)
}
