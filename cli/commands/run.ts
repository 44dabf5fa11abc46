import type { Command } from 'commander'
import { LongshoreError } from '../../shared/errors.js'
import { askOnTerminal, Interruption } from '../adhoc/interruption.js'
import { printStreams } from '../adhoc/print-streams.js'
import { watchAdhoc } from '../adhoc/watch.js'
import { on } from '../installation.js'
import { framePrinter } from '../logs/print-frames.js'
import { note, print, printJson } from '../output/print.js'

interface Options {
  readonly queue: string
  readonly image?: string
  readonly env: readonly string[]
  readonly memory?: string
  readonly cpus?: string
  readonly timeout?: string
  readonly name: string
  readonly process?: boolean
  readonly detach?: boolean
  readonly json?: boolean
}

/** Without a terminal nobody chose to let go. */
const LEFT_UNASKED = 130

export function define(command: Command): void {
  command
    .argument('[command...]', 'what to run, behind --')
    .option('--queue <name>', 'queue whose workers run it', 'default')
    .option('--image <image>', 'image of the container')
    .option('--process', 'run it as a process of the worker, without a container')
    .option('--env <key=value>', 'a variable of its environment; may be repeated', (text: string, before: string[]) => [...before, text], [])
    .option('--memory <size>', 'limit of memory, such as 512m')
    .option('--cpus <n>', 'limit of CPUs, such as 0.5')
    .option('--timeout <duration>', 'longest time that it may run, such as 1h')
    .option('--name <id>', 'its name in lists and logs', 'task')
    .option('--detach', 'print the id of its run and do not wait')
    .option('--json', 'print one JSON object a line: {time, stream, text, complete} for what it prints, then {dag, run, task, state, exitCode, message}')
    .addHelpText('after', `
Exits with the exit code of the task; with 130 when it was cancelled, with 1 when it did not run.
Ctrl-C asks whether to cancel it; without a terminal SIGINT and SIGTERM cancel it.

  longshore run --queue etl --image analytics:latest -- python3 job.py`)
    .action(async (words: string[], options: Options) => {
      const isJson = options.json === true
      process.exitCode = await on(command, 'adhoc', async port => {
        const started = await port.start(taskOf(words, options))
        const { dag, run, task } = started
        if (options.detach === true) {
          if (isJson) printJson({ dag, run, task })
          else print(run)
          return 0
        }
        const isTerminal = process.stdin.isTTY && process.stderr.isTTY
        const interruption = new Interruption({
          ask: isTerminal ? () => askOnTerminal(process.stdin, process.stderr) : null,
          onCancel: () => {
            note('Cancelling the task; once more to leave it to itself.')
            port.runs.cancel({ dag, runs: { kind: 'named', runs: [run] }, tasks: null, dryRun: false }).catch((error: unknown) => note(`it could not be cancelled: ${(error as Error).message}`))
          },
        })
        const show = isJson ? framePrinter('json') : printStreams
        const ended = watchAdhoc({ port, started, say: note, show: async frames => { await interruption.quiet(); show(frames) } })
        interruption.start()
        const ending = await Promise.race([ended, interruption.detached.then(() => null)]).finally(() => interruption.stop())
        if (ending === null) {
          // The watch is left in the middle of a wait for news, which fails when the database is closed.
          ended.catch(() => {})
          note(`The task goes on: \`longshore tasks logs ${dag} ${run} ${task} --follow\`.`)
          return isTerminal ? 0 : LEFT_UNASKED
        }
        if (isJson) print(JSON.stringify({ dag, run, task, ...ending }))
        else if (ending.message !== null) note(`${task} (${run}): ${ending.message}`)
        return ending.exitCode
      })
    })
}

function taskOf(words: readonly string[], { queue, image, env, memory, cpus, timeout, name, process: isProcess }: Options) {
  if ((image === undefined) === (isProcess !== true)) throw new LongshoreError('LS_USAGE', image === undefined ? 'there is no --image' : 'give either --image or --process', { hint: 'Name an --image, or run it without a container with --process.' })
  return {
    name, queue, image: image ?? null, command: words, env: Object.fromEntries(env.map(readPair)),
    memory: memory ?? null, cpus: cpus === undefined ? null : Number(cpus), timeout: timeout ?? null,
  }
}

function readPair(pair: string): [key: string, value: string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw new LongshoreError('LS_USAGE', `--env '${pair}' must have the form KEY=VALUE`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}
