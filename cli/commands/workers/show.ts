import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { capacityFields } from './capacity-fields.js'

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--json', 'print one JSON object')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const view = await on(command, 'workers', port => port.show(name))
      if (json === true) return printJson(view)
      const { wanted } = view
      print(renderFields([
        ['worker', view.name], ['id', view.id], ['status', view.doing], ['takes nothing', view.refusing.join('; ')],
        ['host', `${view.host}, process ${view.pid}`], ['version', view.version], ['queues', view.queues.join(', ')], ['paused', view.paused.join(', ')], ['paused by', wanted?.pausedBy == null ? null : `${wanted.pausedBy.user}, ${wanted.pausedBy.at}`],
        ['active', `${view.active} of ${view.slots} slots`], ...capacityFields(view.capacity), ['processed', view.processed], ['failed', view.failed], ['kept containers', view.kept === 0 ? null : view.kept], ['load', view.load],
        ['started', view.startedAt], ['first seen', view.firstSeen], ['last seen', view.lastSeen],
        ['wanted slots', wanted?.concurrency ?? null], ['wanted queues', wanted?.queues?.join(', ') ?? null],
      ]))
    })
}
