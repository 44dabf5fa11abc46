import type { Command } from 'commander'
import { on } from '../../installation.js'
import { stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'
import type { DagListItem } from '../../../shared/views/read-dags.js'
import { problemLine } from '../../../shared/views/problem-line.js'

export function define(command: Command): void {
  command
    .option('--errors', 'list what is wrong in DAG files instead')
    .option('--all', "also Longshore's own, such as the one of `longshore run`")
    .option('--json', 'print a JSON array')
    .action(async ({ errors, all, json }: { errors?: boolean; all?: boolean; json?: boolean }) => {
      await on(command, 'dags', async port => {
        const problems = await port.problems()
        if (errors === true) {
          if (json === true) printJson(problems)
          else if (problems.length > 0) print(problems.map(problemLine).join('\n'))
          return
        }
        const dags = await port.list(all === true)
        if (json === true) printJson(dags)
        else if (dags.length > 0) print(table(dags))
        else note('There are no DAGs.')
        if (problems.length > 0) note(`${new Set(problems.map(({ file }) => file)).size} DAG file(s) have errors: see \`longshore dags list --errors\`.`)
      })
    })
}

function table(dags: readonly DagListItem[]): string {
  return renderTable<DagListItem>([
    { title: 'DAG', value: dag => dag.dag },
    { title: 'SCHEDULE', value: dag => dag.schedule ?? '–' },
    { title: 'PAUSED', value: dag => (dag.paused ? 'yes' : ''), colour: () => 'yellow' },
    { title: 'NEXT RUN', value: dag => (dag.nextRun === null ? '–' : shownTime(dag.nextRun)) },
    { title: 'LAST RUN', value: dag => dag.lastRun?.run ?? '–' },
    { title: 'STATE', value: dag => dag.lastRun?.state ?? '', colour: dag => (dag.lastRun === null ? null : stateColour(dag.lastRun.state)) },
  ], dags)
}
