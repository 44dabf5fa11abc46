import type { Command } from 'commander'
import { RunState } from '../../../shared/states/run.js'
import { EXIT } from '../../exit.js'
import { note, print, printJson } from '../../output/print.js'
import { readParams } from '../../params.js'
import { serviceSettings } from '../../settings.js'
import { chooseDag } from '../../test-run/choose-dag.js'
import { foreignNeeds } from '../../test-run/foreign-needs.js'
import { RunReporter } from '../../test-run/run-reporter.js'
import { TestRun } from '../../test-run/test-run.js'
import { taskName, taskTable } from '../../views/task-table.js'

interface Options {
  readonly dag?: string
  readonly param: readonly string[]
  readonly params?: string
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<file>', 'a DAG file')
    .option('--dag <id>', 'which DAG, when the file defines several')
    .option('--param <key=value>', 'a param of the run; may be repeated', (text: string, before: string[]) => [...before, text], [])
    .option('--params <json>', 'all params of the run as one JSON object')
    .option('--docker-host <url>', 'unix:///… or tcp://…; default: DOCKER_HOST, else the usual socket')
    .option('--json', 'print the run, as in `runs show`, as JSON')
    .addHelpText('after', `
Runs the DAG as the fleet would, with a scheduler, a worker, a database and a Redis of its own that are gone afterwards.
Ctrl-C cancels the run. Exit code 0 when the run succeeds.`)
    .action(async (file: string, options: Options) => {
      const settings = serviceSettings(command)
      const params = readParams(options.param, options.params)
      const version = await chooseDag(file, options.dag, settings.config)
      for (const need of foreignNeeds(version.spec)) note(`warning: ${need}`)
      const reporter = new RunReporter()
      const test = new TestRun(settings, version, file)
      const interrupt = interruption()
      try {
        await test.start(params)
        const run = await test.watch(view => reporter.update(view), interrupt)
        for (const task of run.tasks) if (task.state === 'failed') reporter.failure(task, await test.log(taskName(task)))
        if (options.json === true) printJson(run)
        else print(`\n${taskTable(run.tasks)}\n\n${run.dag}: ${run.state}`)
        if (run.state !== RunState.success) process.exitCode = EXIT.failed
      } finally {
        await test.close()
      }
    })
}

function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.failed)
      note('Cancelling the run; once more to end at once.')
      controller.abort()
    })
  }
  return controller.signal
}
