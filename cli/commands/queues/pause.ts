import type { Command } from 'commander'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<queue>', 'name of the queue')
    .option('--json', 'print {queue, paused, told}')
    .action(async (queue: string, { json }: { json?: boolean }) => {
      const isTold = await on(command, 'queues', port => port.setPaused(queue, true))
      if (json === true) return printJson({ queue, paused: true, told: isTold })
      print(`No worker takes anything from queue ${queue} until \`longshore queues resume\`; what runs goes on.`)
      if (!isTold) note('Redis does not answer: schedulers tell the workers as soon as it is back.')
    })
}
