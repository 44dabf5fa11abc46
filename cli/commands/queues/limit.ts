import { InvalidArgumentError, type Command } from 'commander'
import { MOST_SLOTS } from '../../../shared/operations/pools.js'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<queue>', 'name of the queue')
    .argument('<limit>', 'tasks of it that may be active at once, or none', readLimit)
    .option('--json', 'print {queue, limit}')
    .action(async (queue: string, limit: number | null, { json }: { json?: boolean }) => {
      await on(command, 'queues', port => port.limit(queue, limit))
      if (json === true) printJson({ queue, limit })
      else print(limit === null ? `Queue ${queue} has no limit of its own now.` : `At most ${limit} tasks of queue ${queue} are active at once now; what is active goes on.`)
    })
}

function readLimit(text: string): number | null {
  if (text === 'none') return null
  const limit = Number(text)
  if (text.trim() === '' || !Number.isInteger(limit) || limit < 0 || limit > MOST_SLOTS) throw new InvalidArgumentError(`It must be a whole number between 0 and ${MOST_SLOTS}, or none.`)
  return limit
}
