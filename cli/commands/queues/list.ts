import type { Command } from 'commander'
import type { QueueState } from '../../../shared/operations/queues.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const queues = await on(command, 'queues', port => port.list())
      if (json === true) printJson(queues)
      else if (queues.length > 0) print(table(queues))
      else note('There are no queues; a queue is there once a DAG has named it.')
    })
}

function table(queues: readonly QueueState[]): string {
  return renderTable<QueueState>([
    { title: 'QUEUE', value: ({ queue }) => queue },
    { title: 'WAITING', value: ({ waiting }) => waiting, align: 'right' },
    { title: 'ACTIVE', value: ({ active }) => active, align: 'right', colour: ({ active, limit }) => (limit !== null && active >= limit ? 'yellow' : null) },
    { title: 'PAUSED', value: ({ paused }) => (paused ? 'yes' : ''), colour: ({ paused }) => (paused ? 'yellow' : null) },
    { title: 'LIMIT', value: ({ limit }) => limit ?? '–', align: 'right' },
  ], queues)
}
