import type { Command } from 'commander'
import type { PoolMember } from '../../../shared/database/tables/pools.js'
import { readPool, type PoolDetails } from '../../../shared/operations/pools.js'
import { viewPool, viewPoolMember } from '../../../shared/views/pool-view.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { stateColour } from '../../output/colour.js'
import { print, printJson } from '../../output/print.js'
import { renderFields, renderTable } from '../../output/table.js'
import { shown } from '../../output/time.js'
import { clientSettings } from '../../settings.js'

const MOST = 10_000

export function define(command: Command): void {
  command
    .argument('<pool>', 'name of the pool')
    .option('-n, --limit <n>', 'how many of those that wait are shown', countUpTo(MOST), 20)
    .option('--json', 'print the pool with its holders and those that wait')
    .action(async (name: string, { limit, json }: { limit: number; json?: boolean }) => {
      const pool = await withDatabase(clientSettings(command).config, database => readPool(database, name, limit))
      if (json === true) printJson({ ...viewPool(pool), held: pool.held.map(viewPoolMember), next: pool.next.map(viewPoolMember) })
      else print(text(pool))
    })
}

function text(pool: PoolDetails): string {
  const head = renderFields([
    ['pool', pool.name], ['description', pool.description], ['slots', `${pool.used} of ${pool.slots} taken`],
    ['waiting', pool.waiting === 0 ? 'nothing' : `${pool.waiting} task${pool.waiting === 1 ? '' : 's'}, which need ${pool.waitingSlots} slot${pool.waitingSlots === 1 ? '' : 's'}`],
  ])
  const shownOf = pool.next.length < pool.waiting ? `the first ${pool.next.length} of ${pool.waiting} that wait` : 'waiting'
  return [
    head,
    ...(pool.held.length === 0 ? [] : ['', 'taken by', members(pool.held)]),
    ...(pool.next.length === 0 ? [] : ['', shownOf, members(pool.next)]),
  ].join('\n')
}

function members(rows: readonly PoolMember[]): string {
  return renderTable<PoolMember>([
    { title: 'DAG', value: row => row.dag_id },
    { title: 'RUN', value: row => row.run_id },
    { title: 'TASK', value: row => (row.map_index < 0 ? row.task_id : `${row.task_id}[${row.map_index}]`) },
    { title: 'SLOTS', value: row => row.slots, align: 'right' },
    { title: 'STATE', value: row => row.state, colour: row => stateColour(row.state) },
    { title: 'SINCE', value: row => shown(row.since) },
  ], rows)
}
