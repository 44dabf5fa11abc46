import { Option, type Command } from 'commander'
import { NODE_ROLES, type NodeRole } from '../../../shared/protocol/release.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { printJson } from '../../output/print.js'
import { printRollout } from './print-rollout.js'

interface Options {
  readonly role?: NodeRole
  readonly pool?: string
  readonly atOnce?: number
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<version>', 'version whose packages lie in releaseStore')
    .addOption(new Option('--role <role>', 'only nodes of this role').choices(NODE_ROLES))
    .option('--pool <name>', 'with --role worker: only nodes of this pool, which has a version of its own from then on')
    .option('--at-once <n>', 'nodes that may be updated at once; default: as before, or 1', countUpTo(1_000))
    .option('--json', 'print {releases, nodes}')
    .addHelpText('after', `
Nodes fetch it one after the other: web, then schedulers, then workers. A node that does not come up with it, or does not take over
what runs, goes back to the version that it had, and the roll-out is halted. An earlier version is rolled back to in the same way.
Without --role it holds for all, also for pools that had a version of their own.`)
    .action(async (version: string, { role, pool, atOnce, json }: Options) => {
      const rollout = await on(command, 'releases', port => port.set({ version, role: role ?? null, pool: pool ?? null, maxUnavailable: atOnce ?? null }))
      if (json === true) printJson(rollout)
      else printRollout(rollout)
    })
}
