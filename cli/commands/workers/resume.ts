import type { Command } from 'commander'
import { wantOfWorker } from '../../../shared/operations/workers.js'
import { ALL_QUEUES } from '../../../shared/protocol/wishes.js'
import { withDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'
import { noteWhenUntold, wantedView } from './worker-view.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--queue <name>', 'only this queue of it')
    .option('--json', 'print the worker')
    .action(async (name: string, { queue, json }: { queue?: string; json?: boolean }) => {
      const { config } = clientSettings(command)
      const wanted = await withDatabase(config, database => wantOfWorker(database, config, name, ({ pausedBy, ...before }, worker) => {
        const all = before.paused.includes(ALL_QUEUES) ? [...before.paused, ...worker.facts.queues].filter(name => name !== ALL_QUEUES) : before.paused
        const paused = queue === undefined ? [] : [...new Set(all)].filter(name => name !== queue)
        return { ...before, paused, ...(paused.length > 0 && pausedBy !== undefined ? { pausedBy } : {}) }
      }))
      if (json === true) return printJson(wantedView(wanted))
      print(`Worker ${wanted.worker.name} takes work from ${queue === undefined ? 'its queues' : `queue ${queue}`} again.`)
      noteWhenUntold(wanted.isTold)
    })
}
