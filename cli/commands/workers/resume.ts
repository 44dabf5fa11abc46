import type { Command } from 'commander'
import { resumeWorker } from '../../../shared/operations/workers-acts.js'
import { withDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'
import { wantedView } from '../../../shared/views/worker-view.js'
import { noteWhenUntold } from './note-when-untold.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--queue <name>', 'only this queue of it')
    .option('--json', 'print the worker')
    .action(async (name: string, { queue, json }: { queue?: string; json?: boolean }) => {
      const { config } = clientSettings(command)
      const wanted = await withDatabase(config, database => resumeWorker(database, config, name, queue ?? null))
      if (json === true) return printJson(wantedView(wanted))
      print(`Worker ${wanted.worker.name} takes work from ${queue === undefined ? 'its queues' : `queue ${queue}`} again.`)
      noteWhenUntold(wanted.isTold)
    })
}
