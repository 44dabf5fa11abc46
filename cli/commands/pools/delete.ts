import type { Command } from 'commander'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<pool>', 'name of the pool')
    .option('--force', 'delete it although DAGs use it: their tasks wait until there is such a pool again')
    .option('--json', 'print {pool, deleted, usedBy}')
    .action(async (pool: string, { force, json }: { force?: boolean; json?: boolean }) => {
      const usedBy = await on(command, 'pools', port => port.remove(pool, force === true))
      if (json === true) printJson({ pool, deleted: true, usedBy })
      else print(`Pool ${pool} is deleted.`)
      if (usedBy.length > 0) note(`Tasks of ${usedBy.join(', ')} wait until there is a pool ${pool} again.`)
    })
}
