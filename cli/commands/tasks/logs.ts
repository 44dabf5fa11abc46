import { setTimeout as delay } from 'node:timers/promises'
import { Option, type Command } from 'commander'
import type { Config } from '../../../shared/config/schema.js'
import type { AttemptRow } from '../../../shared/database/tables/attempts.js'
import { LongshoreError } from '../../../shared/errors.js'
import { openLogStore } from '../../../shared/log-store/open-log-store.js'
import { attemptId } from '../../../shared/protocol/attempt-id.js'
import { isTerminal } from '../../../shared/states/task-instance.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { mustFindTask, type FoundTask } from '../../../shared/operations/find-task.js'
import { followAttempt } from '../../../shared/log-reading/follow-attempt.js'
import { inRange, lastLines, type LogRange } from '../../../shared/log-reading/log-range.js'
import { framePrinter } from '../../logs/print-frames.js'
import { StoredLog } from '../../../shared/log-reading/stored-log.js'
import { note } from '../../output/print.js'
import { readSince } from '../../read-since.js'
import { clientSettings } from '../../settings.js'

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
      const { config } = clientSettings(command)
      const show = framePrinter(json === true ? 'json' : timestamps === true ? 'timestamps' : 'text')
      await withDatabase(config, async database => {
        const find = (): Promise<FoundTask> => mustFindTask(database, dag, run, task)
        const found = follow === true ? await firstAttempt(find, attempt) : choose(await find(), attempt)
        const stored = new StoredLog(openLogStore(config.logStore), found.log_path)
        const soFar = inRange(stored.read(), range)
        for await (const batch of tail === undefined ? soFar : lastLines(soFar, tail)) show(batch)
        if (follow === true) {
          for await (const batch of inRange(followAttempt(config, found, stored, async () => choose(await find(), found.fence).state), range)) show(batch)
        }
        if (!stored.exists) explainNothing(choose(await find(), found.fence), config)
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

function choose({ instance, attempts }: FoundTask, fence: number | undefined): AttemptRow {
  const chosen = fence === undefined ? attempts.at(-1) : attempts.find(attempt => attempt.fence === fence)
  if (chosen !== undefined) return chosen
  if (attempts.length === 0 && isTerminal(instance.state)) {
    throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${instance.task_id}' is ${instance.state} and never ran, so it has no log${instance.reason === null ? '' : `: ${instance.reason}`}`, { hint: 'See `longshore runs show` for what it waited for.' })
  }
  if (attempts.length === 0) throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${instance.task_id}' is ${instance.state} and has not been sent to a worker yet`, { hint: 'Wait for it with --follow.' })
  throw new LongshoreError('LS_LOG_NOT_FOUND', `task '${instance.task_id}' has no attempt ${fence}`, { hint: `It has ${attempts.map(attempt => attempt.fence).join(', ')}.` })
}

/** Waits until there is an attempt to follow. */
async function firstAttempt(find: () => Promise<FoundTask>, fence: number | undefined): Promise<AttemptRow> {
  for (;;) {
    const found = await find()
    if (found.attempts.length > 0 || isTerminal(found.instance.state)) return choose(found, fence)
    await delay(WAIT_MS)
  }
}

/** Nothing printed is an answer; something printed that cannot be seen from here is not. */
function explainNothing({ ti_id, fence, log_bytes: bytes, log_path: path }: AttemptRow, { logStore }: Config): void {
  const id = attemptId({ taskInstance: ti_id, fence })
  if (bytes === null) note(`Attempt ${id} has printed nothing yet.`)
  else if (bytes === 0) note(`Attempt ${id} printed nothing.`)
  else {
    throw new LongshoreError('LS_LOG_NOT_FOUND', `the log ${path} of attempt ${id} (${bytes} bytes) is not in the log store ${logStore}`, {
      hint: 'It was removed by retention, or the log store is a directory of the worker: look there, or give all machines one log store.',
    })
  }
}
