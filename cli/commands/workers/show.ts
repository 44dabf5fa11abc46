import type { Command } from 'commander'
import { pickWorker, readWorkers } from '../../../shared/operations/workers.js'
import { withDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { clientSettings } from '../../settings.js'
import { capacityFields } from './capacity-fields.js'
import { doing, workerView } from '../../../shared/views/worker-view.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--json', 'print one JSON object')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { config } = clientSettings(command)
      const worker = pickWorker(await withDatabase(config, database => readWorkers(database, config)), name)
      const view = workerView(worker)
      if (json === true) return printJson(view)
      const { wanted } = view
      print(renderFields([
        ['worker', view.name], ['id', view.id], ['status', doing(worker)], ['takes nothing', view.refusing.join('; ')],
        ['host', `${view.host}, process ${view.pid}`], ['version', view.version], ['queues', view.queues.join(', ')], ['paused', view.paused.join(', ')], ['paused by', wanted?.pausedBy == null ? null : `${wanted.pausedBy.user}, ${wanted.pausedBy.at}`],
        ['active', `${view.active} of ${view.slots} slots`], ...capacityFields(view.capacity), ['processed', view.processed], ['failed', view.failed], ['kept containers', view.kept === 0 ? null : view.kept], ['load', view.load],
        ['started', view.startedAt], ['first seen', view.firstSeen], ['last seen', view.lastSeen],
        ['wanted slots', wanted?.concurrency ?? null], ['wanted queues', wanted?.queues?.join(', ') ?? null],
      ]))
    })
}
