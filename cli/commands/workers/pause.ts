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
      const wanted = await on(command, 'workers', port => port.pause(name, queue ?? null))
      if (json === true) return printJson(wanted)
      print(`Worker ${wanted.name} takes nothing from ${queue === undefined ? 'any queue' : `queue ${queue}`} until \`longshore workers resume\`; what runs goes on.`)
      noteWhenUntold(wanted.told)
    })
}
