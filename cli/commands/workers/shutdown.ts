import type { Command } from 'commander'
import { endWorker } from '../../../shared/operations/workers.js'
import { withDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'
import { wantedView } from '../../../shared/views/worker-view.js'
import { noteWhenUntold } from './note-when-untold.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--json', 'print the worker')
    .addHelpText('after', `
As SIGTERM does: it ends within seconds, and its tasks run on for the next process on its state directory.`)
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { config } = clientSettings(command)
      const wanted = await withDatabase(config, database => endWorker(database, config, name, { deadline: 0, then: 'detach' }))
      if (json === true) return printJson(wantedView(wanted))
      print(`Worker ${wanted.worker.name} ends now; its ${wanted.worker.facts.active} tasks run on for its next process.`)
      noteWhenUntold(wanted.isTold)
    })
}
