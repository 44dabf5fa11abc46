import type { Command } from 'commander'
import { formatDuration } from '../../../shared/time/duration.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import type { WorkerView } from '../../../shared/views/worker-view.js'

export function define(command: Command): void {
  command
    .option('--all', 'those that are gone too')
    .option('--json', 'print a JSON array')
    .action(async ({ all, json }: { all?: boolean; json?: boolean }) => {
      const workers = await on(command, 'workers', port => port.list(all === true))
      if (json === true) printJson(workers)
      else if (workers.length > 0) print(table(workers))
      else note('There are no workers; start one with `longshore worker`.')
    })
}

function table(workers: readonly WorkerView[]): string {
  const now = Date.now()
  return renderTable<WorkerView>([
    { title: 'WORKER', value: ({ name }) => name },
    { title: 'ID', value: ({ id }) => id.slice(0, 8) },
    { title: 'STATUS', value: ({ doing }) => doing, colour: ({ doing, status }) => (doing === 'online' ? 'green' : status === 'unreachable' ? 'red' : 'yellow') },
    { title: 'HOST', value: ({ host }) => host, isMinor: true },
    { title: 'VERSION', value: ({ version }) => version, isMinor: true },
    { title: 'QUEUES', value: ({ queues, paused }) => queues.map(queue => (paused.includes(queue) ? `${queue} (paused)` : queue)).join(', ') },
    { title: 'ACTIVE', value: ({ active, slots }) => `${active}/${slots}`, align: 'right' },
    { title: 'DONE', value: ({ processed }) => processed ?? '–', align: 'right' },
    { title: 'FAILED', value: ({ failed }) => failed ?? '–', align: 'right' },
    { title: 'LOAD', value: ({ load }) => load ?? '–', align: 'right', isMinor: true },
    { title: 'SEEN', value: ({ lastSeen }) => `${formatDuration(Math.max(0, Math.round((now - Date.parse(lastSeen)) / 1000)) * 1000)} ago` },
  ], workers)
}
