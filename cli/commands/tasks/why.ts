import type { Command } from 'commander'
import type { Reason } from '../../../shared/why/reason.js'
import { on } from '../../installation.js'
import { paint } from '../../output/colour.js'
import { plain } from '../../output/plain.js'
import { print, printJson } from '../../output/print.js'
import { hanging, lineWidth, wrap } from '../../output/wrap.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .argument('<run>', 'id of the run')
    .argument('<task>', 'id of the task; task[3] for an instance of a mapped one')
    .option('--json', 'print every reason with its code and its numbers')
    .action(async (dag: string, run: string, task: string, { json }: { json?: boolean }) => {
      const found = await on(command, 'tasks', port => port.why(dag, run, task))
      if (json === true) printJson(found)
      else print([...wrap(plain(found.answer), lineWidth()).map(line => paint(line, 'bold')), '', ...tree(found.reasons, '')].join('\n'))
    })
}

/** What keeps it from going on is marked. */
function tree(reasons: readonly Reason[], indent: string): string[] {
  return reasons.flatMap(({ text, blocks, children }) => [
    hanging(`${indent}${blocks ? paint('●', 'yellow') : paint('·', 'grey')} `, indent.length + 2, plain(text), lineWidth()),
    ...tree(children, `${indent}  `),
  ])
}
