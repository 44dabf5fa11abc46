import type { Command } from 'commander'
import { listProgress, type BackfillProgress } from '../../../shared/operations/backfill-progress.js'
import { mustFindDag } from '../../../shared/operations/find.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown, shownDuration } from '../../output/time.js'
import { clientSettings } from '../../settings.js'
import { viewBackfill } from '../../../shared/views/backfill-view.js'
import { progressText } from '../../views/progress-text.js'

const MOST = 1_000

export function define(command: Command): void {
  command
    .option('--dag <id>', 'only backfills of this DAG')
    .option('-n, --limit <n>', 'how many at most', countUpTo(MOST), 25)
    .option('--json', 'print a JSON array, newest first')
    .action(async ({ dag, limit, json }: { dag?: string; limit: number; json?: boolean }) => {
      const found = await withDatabase(clientSettings(command).config, async database => {
        if (dag !== undefined) await mustFindDag(database, dag)
        return listProgress(database, { limit, ...(dag !== undefined && { dagId: dag }) })
      })
      if (json === true) printJson(found.map(viewBackfill))
      else if (found.length > 0) print(table(found))
      else note('There are no backfills.')
    })
}

function table(found: readonly BackfillProgress[]): string {
  return renderTable<BackfillProgress>([
    { title: 'BACKFILL', value: ({ row }) => row.backfill_key, align: 'right' },
    { title: 'DAG', value: ({ row }) => row.dag_id },
    { title: 'FROM', value: ({ row }) => shown(row.from_date) },
    { title: 'TO', value: ({ row }) => shown(row.to_date) },
    { title: 'STATE', value: ({ phase }) => phase, colour: ({ phase }) => stateColour(phase) },
    { title: 'LEFT', value: ({ left }) => shownDuration(left), align: 'right' },
    { title: 'RUNS', value: progressText },
  ], found)
}
