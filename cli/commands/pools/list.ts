import type { Command } from 'commander'
import { readPools, type PoolState } from '../../../shared/operations/pools.js'
import { viewPool } from '../../../shared/views/pool-view.js'
import { withDatabase } from '../../database.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const pools = await withDatabase(clientSettings(command).config, readPools)
      if (json === true) printJson(pools.map(viewPool))
      else if (pools.length > 0) print(table(pools))
      else note('There are no pools; make one with `longshore pools set NAME --slots N`.')
    })
}

function table(pools: readonly PoolState[]): string {
  return renderTable<PoolState>([
    { title: 'POOL', value: pool => pool.name },
    { title: 'SLOTS', value: pool => pool.slots, align: 'right' },
    { title: 'USED', value: pool => pool.used, align: 'right', colour: pool => (pool.used >= pool.slots ? 'yellow' : null) },
    { title: 'TASKS', value: pool => pool.holders, align: 'right' },
    { title: 'WAITING', value: pool => pool.waiting, align: 'right' },
    { title: 'DESCRIPTION', value: pool => pool.description },
  ], pools)
}
