import { Option, type Command } from 'commander'
import { now } from '../../../shared/database/database.js'
import { listRuns, type RunListRow } from '../../../shared/database/tables/dag-runs.js'
import { mustFindDag } from '../../../shared/operations/find.js'
import { RunState } from '../../../shared/states/run.js'
import { tookOf, viewRunItem } from '../../../shared/views/run-item.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown, shownDuration } from '../../output/time.js'
import { readSince } from '../../read-since.js'
import { clientSettings } from '../../settings.js'

const MOST = 10_000

interface Options {
  readonly dag?: string
  readonly state?: readonly RunState[]
  readonly since?: string
  readonly limit: number
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .option('--dag <id>', 'only runs of this DAG')
    .addOption(new Option('--state <state...>', 'only runs in one of these states').choices(Object.values(RunState)))
    .option('--since <time>', 'only runs that were due since then: a date in UTC, or a time back from now such as 24h')
    .option('-n, --limit <n>', 'how many at most', countUpTo(MOST), 25)
    .option('--json', 'print a JSON array, newest first')
    .action(async ({ dag, state, since, limit, json }: Options) => {
      const runs = await withDatabase(clientSettings(command).config, async database => {
        if (dag !== undefined) await mustFindDag(database, dag)
        return listRuns(database, {
          limit, ...(dag !== undefined && { dagId: dag }), ...(state !== undefined && { states: state }), ...(since !== undefined && { since: readSince(since, await now(database)) }),
        })
      })
      if (json === true) printJson(runs.map(viewRunItem))
      else if (runs.length > 0) print(table(runs))
      else note('There are no runs.')
    })
}

function table(runs: readonly RunListRow[]): string {
  return renderTable<RunListRow>([
    { title: 'DAG', value: run => run.dag_id },
    { title: 'RUN', value: run => run.run_id },
    { title: 'STATE', value: run => run.state, colour: run => stateColour(run.state) },
    { title: 'STARTED', value: run => shown(run.started_at) },
    { title: 'TOOK', value: run => shownDuration(tookOf(run)), align: 'right' },
  ], runs)
}
