import { setTimeout as delay } from 'node:timers/promises'
import { Option, type Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { inRange, lastLines, type LogRange } from '../../../shared/log-reading/log-range.js'
import { isTerminal } from '../../../shared/states/task-instance.js'
import type { AttemptView } from '../../../shared/views/run-view.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { framePrinter } from '../../logs/print-frames.js'
import { note } from '../../output/print.js'
import type { AttemptLog, TaskStatus } from '../../ports/tasks.js'
import { readSince } from '../../read-since.js'

interface Options {
  readonly attempt?: number
  readonly follow?: boolean
  readonly since?: string
  readonly until?: string
  readonly tail?: number
  readonly stream?: 'stdout' | 'stderr'
  readonly timestamps?: boolean
  readonly json?: boolean
}

const WAIT_MS = 500

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .argument('<run>', 'id of the run')
    .argument('<task>', 'id of the task; task[3] for an instance of a mapped one')
    .option('--attempt <n>', 'the fence of the attempt, the number behind its dot; default: the newest', countUpTo(2 ** 31))
    .option('-f, --follow', 'go on while the attempt runs')
    .option('--since <time>', 'leave out what is older: a time, or 10m for so long ago')
    .option('--until <time>', 'leave out what is newer')
    .option('--tail <n>', 'only the last lines of what there is now', countUpTo(10_000_000))
    .addOption(new Option('--stream <name>', 'only this stream').choices(['stdout', 'stderr']))
    .option('-t, --timestamps', 'begin each line with its time')
    .option('--json', 'print one JSON object a line: {time, stream, text, complete}')
    .action(async (dag: string, run: string, task: string, options: Options) => {
      const { attempt, follow, tail, timestamps, json } = options
      const range = rangeOf(options)
      const show = framePrinter(json === true ? 'json' : timestamps === true ? 'timestamps' : 'text')
      await on(command, 'tasks', async port => {
        const find = (): Promise<TaskStatus> => port.status(dag, run, task)
        const { fence } = follow === true ? await firstAttempt(find, attempt) : choose(await find(), attempt)
        const log = await port.log(dag, run, task, fence)
        const soFar = inRange(log.soFar(), range)
        for await (const batch of tail === undefined ? soFar : lastLines(soFar, tail)) show(batch)
        if (follow === true) for await (const batch of inRange(log.further(), range)) show(batch)
        if (!log.isThere) explainNothing(choose(await find(), fence), log)
      })
    })
}

function rangeOf({ since, until, stream, follow }: Options): LogRange {
  if (until !== undefined && follow === true) throw new LongshoreError('LS_USAGE', '--until and --follow exclude each other')
  const now = Date.now()
  return {
    since: since === undefined ? -Infinity : readSince(since, now), until: until === undefined ? Infinity : readSince(until, now, '--until'), stream: stream ?? null,
  }
}

function choose({ task, state, reason, attempts }: TaskStatus, fence: number | undefined): AttemptView {
  const chosen = fence === undefined ? attempts.at(-1) : attempts.find(attempt => attempt.fence === fence)
  if (chosen !== undefined) return chosen
  if (attempts.length === 0 && isTerminal(state)) {
    throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${task}' is ${state} and never ran, so it has no log${reason === null ? '' : `: ${reason}`}`, { hint: 'See `longshore runs show` for what it waited for.' })
  }
  if (attempts.length === 0) throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${task}' is ${state} and has not been sent to a worker yet`, { hint: 'Wait for it with --follow.' })
  throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${task}' has no attempt ${fence}`, { hint: `It has ${attempts.map(attempt => attempt.fence).join(', ')}.` })
}

/** Waits until there is an attempt to follow. */
async function firstAttempt(find: () => Promise<TaskStatus>, fence: number | undefined): Promise<AttemptView> {
  for (;;) {
    const found = await find()
    if (found.attempts.length > 0 || isTerminal(found.state)) return choose(found, fence)
    await delay(WAIT_MS)
  }
}

/** Nothing printed is an answer; something printed that cannot be seen from here is not. */
function explainNothing({ attempt, log }: AttemptView, { place }: AttemptLog): void {
  if (log === null) note(`Attempt ${attempt} has printed nothing yet.`)
  else if (log.bytes === 0) note(`Attempt ${attempt} printed nothing.`)
  else {
    throw new LongshoreError('LS_LOG_NOT_FOUND', `the log of attempt ${attempt} (${log.bytes} bytes) is not there: ${place}`, {
      hint: 'It was removed by retention, or the log store is a directory of the worker: look there, or give all machines one log store.',
    })
  }
}
