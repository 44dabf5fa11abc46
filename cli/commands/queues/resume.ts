import type { Command } from 'commander'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<queue>', 'name of the queue')
    .option('--json', 'print {queue, paused, told}')
    .action(async (queue: string, { json }: { json?: boolean }) => {
      const isTold = await on(command, 'queues', port => port.setPaused(queue, false))
      if (json === true) return printJson({ queue, paused: false, told: isTold })
      print(`Workers take work from queue ${queue} again.`)
      if (!isTold) note('Redis does not answer: schedulers tell the workers as soon as it is back.')
    })
}
