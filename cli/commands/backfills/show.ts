import type { Command } from 'commander'
import { mustFindBackfill, type BackfillProgress } from '../../../shared/operations/backfill-progress.js'
import { withDatabase } from '../../database.js'
import { paint, stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { iso, shownDuration } from '../../output/time.js'
import { clientSettings } from '../../settings.js'
import { viewBackfill } from '../../../shared/views/backfill-view.js'
import { progressText } from '../../views/progress-text.js'
import { backfillKey } from './backfill-key.js'

export function define(command: Command): void {
  command
    .argument('<backfill>', 'its number', backfillKey)
    .option('--json', 'print the backfill as JSON')
    .action(async (key: number, { json }: { json?: boolean }) => {
      const found = await withDatabase(clientSettings(command).config, database => mustFindBackfill(database, key))
      if (json === true) printJson(viewBackfill(found))
      else print(describe(found))
      if (found.row.is_paused !== 0 && found.phase === 'active') note(`DAG ${found.row.dag_id} is paused: no run starts until \`longshore dags unpause ${found.row.dag_id}\`.`)
    })
}

function describe(found: BackfillProgress): string {
  const { row, phase, left } = found
  return renderFields([
    ['backfill', row.backfill_key], ['dag', row.dag_id], ['state', paint(phase, stateColour(phase))], ['from', iso(row.from_date)], ['to', iso(row.to_date)],
    ['runs', progressText(found)], ['left alone', row.skipped === 0 ? null : `${row.skipped} dates that had a run`],
    ['time left', left === null ? null : `about ${shownDuration(left)}`],
    ['reprocess', row.reprocess], ['at once', `${row.max_active_runs} runs, ${row.is_backwards === 0 ? 'oldest' : 'newest'} date first`],
    ['params', row.params === '{}' ? null : row.params], ['made', `${iso(row.created_at) ?? ''}${row.created_by === null ? '' : ` by ${row.created_by}`}`],
  ])
}
