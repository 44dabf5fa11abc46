import type { Command } from 'commander'
import type { BackfillView } from '../../../shared/views/backfill-view.js'
import { on } from '../../installation.js'
import { paint, stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { shownDuration } from '../../output/time.js'
import { progressText } from '../../views/progress-text.js'
import { backfillKey } from './backfill-key.js'

export function define(command: Command): void {
  command
    .argument('<backfill>', 'its number', backfillKey)
    .option('--json', 'print the backfill as JSON')
    .action(async (key: number, { json }: { json?: boolean }) => {
      const found = await on(command, 'backfills', port => port.show(key))
      if (json === true) printJson(found)
      else print(describe(found))
      if (found.dagPaused && found.state === 'active') note(`DAG ${found.dag} is paused: no run starts until \`longshore dags unpause ${found.dag}\`.`)
    })
}

function describe(view: BackfillView): string {
  return renderFields([
    ['backfill', view.backfill], ['dag', view.dag], ['state', paint(view.state, stateColour(view.state))], ['from', view.from], ['to', view.to],
    ['runs', progressText(view)], ['left alone', view.skipped === 0 ? null : `${view.skipped} dates that had a run`],
    ['time left', view.leftMs === null ? null : `about ${shownDuration(view.leftMs)}`],
    ['reprocess', view.reprocess], ['at once', `${view.maxActiveRuns} runs, ${view.backwards ? 'newest' : 'oldest'} date first`],
    ['params', JSON.stringify(view.params) === '{}' ? null : JSON.stringify(view.params)], ['made', `${view.createdAt ?? ''}${view.createdBy === null ? '' : ` by ${view.createdBy}`}`],
  ])
}
