import type { Command } from 'commander'
import type { BackfillView } from '../../../shared/views/backfill-view.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownDuration, shownTime } from '../../output/time.js'
import { progressText } from '../../views/progress-text.js'

const MOST = 1_000

export function define(command: Command): void {
  command
    .option('--dag <id>', 'only backfills of this DAG')
    .option('-n, --limit <n>', 'how many at most', countUpTo(MOST), 25)
    .option('--json', 'print a JSON array, newest first')
    .action(async ({ dag, limit, json }: { dag?: string; limit: number; json?: boolean }) => {
      const found = await on(command, 'backfills', port => port.list({ dag: dag ?? null, limit }))
      if (json === true) printJson(found)
      else if (found.length > 0) print(table(found))
      else note('There are no backfills.')
    })
}

function table(found: readonly BackfillView[]): string {
  return renderTable<BackfillView>([
    { title: 'BACKFILL', value: ({ backfill }) => backfill, align: 'right' },
    { title: 'DAG', value: ({ dag }) => dag },
    { title: 'FROM', value: ({ from }) => shownTime(from) },
    { title: 'TO', value: ({ to }) => shownTime(to) },
    { title: 'STATE', value: ({ state }) => state, colour: ({ state }) => stateColour(state) },
    { title: 'LEFT', value: ({ leftMs }) => shownDuration(leftMs), align: 'right' },
    { title: 'RUNS', value: progressText },
  ], found)
}
