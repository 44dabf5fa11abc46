import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { noteWhenUntold } from './note-when-untold.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--json', 'print the worker')
    .addHelpText('after', `
As SIGTERM does: it ends within seconds, and its tasks run on for the next process on its state directory.`)
    .action(async (name: string, { json }: { json?: boolean }) => {
      const wanted = await on(command, 'workers', port => port.shutdown(name))
      if (json === true) return printJson(wanted)
      print(`Worker ${wanted.name} ends now; its ${wanted.active} tasks run on for its next process.`)
      noteWhenUntold(wanted.told)
    })
}
