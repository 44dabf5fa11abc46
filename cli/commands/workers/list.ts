import type { Command } from 'commander'
import { readWorkers, type WorkerState } from '../../../shared/operations/workers.js'
import { formatDuration } from '../../../shared/time/duration.js'
import { withDatabase } from '../../database.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { clientSettings } from '../../settings.js'
import { doing, workerView } from '../../../shared/views/worker-view.js'

export function define(command: Command): void {
  command
    .option('--all', 'those that are gone too')
    .option('--json', 'print a JSON array')
    .action(async ({ all, json }: { all?: boolean; json?: boolean }) => {
      const { config } = clientSettings(command)
      const workers = (await withDatabase(config, database => readWorkers(database, config))).filter(({ status }) => all === true || status !== 'gone')
      if (json === true) printJson(workers.map(workerView))
      else if (workers.length > 0) print(table(workers))
      else note('There are no workers on queues that a DAG has named; start one with `longshore worker`.')
    })
}

function table(workers: readonly WorkerState[]): string {
  const now = Date.now()
  return renderTable<WorkerState>([
    { title: 'WORKER', value: ({ name }) => name },
    { title: 'ID', value: ({ id }) => id.slice(0, 8) },
    { title: 'STATUS', value: doing, colour: worker => (doing(worker) === 'online' ? 'green' : worker.status === 'unreachable' ? 'red' : 'yellow') },
    { title: 'HOST', value: ({ facts }) => facts.host, isMinor: true },
    { title: 'VERSION', value: ({ facts }) => facts.version, isMinor: true },
    { title: 'QUEUES', value: ({ facts }) => facts.queues.map(queue => (facts.paused?.includes(queue) === true ? `${queue} (paused)` : queue)).join(', ') },
    { title: 'ACTIVE', value: ({ facts }) => `${facts.active}/${facts.slots}`, align: 'right' },
    { title: 'DONE', value: ({ facts }) => facts.processed ?? '–', align: 'right' },
    { title: 'FAILED', value: ({ facts }) => facts.failed ?? '–', align: 'right' },
    { title: 'LOAD', value: ({ facts }) => facts.load ?? '–', align: 'right', isMinor: true },
    { title: 'SEEN', value: ({ lastSeen }) => `${formatDuration(Math.max(0, Math.round((now - lastSeen) / 1000)) * 1000)} ago` },
  ], workers)
}
