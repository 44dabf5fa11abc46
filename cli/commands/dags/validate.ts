import { relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { EvaluatorPool } from '../../../scheduler/dag-processor/evaluator-pool.js'
import type { DagFileOutcome } from '../../../shared/dag/model.js'
import { EXIT } from '../../exit.js'
import { note, print, printJson } from '../../output/print.js'
import { serviceSettings } from '../../settings.js'
import { problemLine } from '../../../shared/views/problem-line.js'

export function define(command: Command): void {
  command
    .argument('<files...>', 'DAG files')
    .option('--json', 'print a JSON array with one object for each file')
    .addHelpText('after', '\nExit code 1 when anything is wrong. Problems are printed as file:line:column: [dag/task] message.')
    .action(async (files: string[], { json }: { json?: boolean }) => {
      const { dagTimeout, dagMemory } = serviceSettings(command).config
      const pool = new EvaluatorPool({ size: Math.min(2, files.length), timeoutMs: dagTimeout, memoryBytes: dagMemory })
      try {
        const outcomes = await Promise.all(files.map(async file => ({ file, outcome: await pool.evaluate(resolve(file)) })))
        if (json === true) printJson(outcomes.map(({ file, outcome }) => view(file, outcome)))
        else for (const { file, outcome } of outcomes) report(file, outcome)
        if (outcomes.some(({ outcome }) => !outcome.ok)) process.exitCode = EXIT.failed
      } finally {
        await pool.stop()
      }
    })
}

const view = (file: string, outcome: DagFileOutcome) => ({
  file, ok: outcome.ok,
  dags: outcome.ok ? outcome.dags.map(({ spec, hash }) => ({ dag: spec.dag, hash, tasks: spec.tasks.length })) : [],
  problems: outcome.ok ? [] : outcome.problems,
})

function report(file: string, outcome: DagFileOutcome): void {
  if (outcome.ok) note(`${file}: ${outcome.dags.length === 0 ? 'defines no DAG' : outcome.dags.map(({ spec }) => `${spec.dag} (${spec.tasks.length})`).join(', ')}`)
  else print(outcome.problems.map(problem => problemLine({ ...problem, file: shorter(problem.file) })).join('\n'))
}

/** Relative to here when that is shorter, so that terminals and editors make it a link. */
function shorter(path: string): string {
  const near = relative(process.cwd(), path)
  return near !== '' && near.length < path.length ? near : path
}
