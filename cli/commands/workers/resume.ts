import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { noteWhenUntold } from './note-when-untold.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--queue <name>', 'only this queue of it')
    .option('--json', 'print the worker')
    .action(async (name: string, { queue, json }: { queue?: string; json?: boolean }) => {
      const wanted = await on(command, 'workers', port => port.resume(name, queue ?? null))
      if (json === true) return printJson(wanted)
      print(`Worker ${wanted.name} takes work from ${queue === undefined ? 'its queues' : `queue ${queue}`} again.`)
      noteWhenUntold(wanted.told)
    })
}
