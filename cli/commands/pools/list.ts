import type { Command } from 'commander'
import type { PoolView } from '../../../shared/views/pool-view.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const pools = await on(command, 'pools', port => port.list())
      if (json === true) printJson(pools)
      else if (pools.length > 0) print(table(pools))
      else note('There are no pools; make one with `longshore pools set NAME --slots N`.')
    })
}

function table(pools: readonly PoolView[]): string {
  return renderTable<PoolView>([
    { title: 'POOL', value: ({ pool }) => pool },
    { title: 'SLOTS', value: pool => pool.slots, align: 'right' },
    { title: 'USED', value: pool => pool.used, align: 'right', colour: pool => (pool.used >= pool.slots ? 'yellow' : null) },
    { title: 'TASKS', value: pool => pool.holders, align: 'right' },
    { title: 'WAITING', value: pool => pool.waiting, align: 'right' },
    { title: 'DESCRIPTION', value: pool => pool.description },
  ], pools)
}
