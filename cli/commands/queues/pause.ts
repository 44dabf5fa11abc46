import type { Command } from 'commander'
import { setQueuePaused } from '../../../shared/operations/queues.js'
import { operate } from '../../operate.js'
import { note, print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'
import { currentUser } from '../../user.js'

export function define(command: Command): void {
  command
    .argument('<queue>', 'name of the queue')
    .option('--json', 'print {queue, paused, told}')
    .action(async (queue: string, { json }: { json?: boolean }) => {
      const { config } = clientSettings(command)
      const isTold = await operate(config, database => setQueuePaused(database, config, queue, true, currentUser()))
      if (json === true) return printJson({ queue, paused: true, told: isTold })
      print(`No worker takes anything from queue ${queue} until \`longshore queues resume\`; what runs goes on.`)
      if (!isTold) note('Redis does not answer: schedulers tell the workers as soon as it is back.')
    })
}
