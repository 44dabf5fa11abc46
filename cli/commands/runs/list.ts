import { Option, type Command } from 'commander'
import { RunState } from '../../../shared/states/run.js'
import type { RunItemView } from '../../../shared/views/run-item.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownDuration, shownTime } from '../../output/time.js'

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
      const runs = await on(command, 'runs', port => port.list({ dag: dag ?? null, states: [...new Set(state ?? [])], since: since ?? null, limit }))
      if (json === true) printJson(runs)
      else if (runs.length > 0) print(table(runs))
      else note('There are no runs.')
    })
}

function table(runs: readonly RunItemView[]): string {
  return renderTable<RunItemView>([
    { title: 'DAG', value: ({ dag }) => dag },
    { title: 'RUN', value: ({ run }) => run },
    { title: 'STATE', value: ({ state }) => state, colour: ({ state }) => stateColour(state) },
    { title: 'STARTED', value: ({ startedAt }) => shownTime(startedAt) },
    { title: 'TOOK', value: ({ durationMs }) => shownDuration(durationMs), align: 'right' },
  ], runs)
}
