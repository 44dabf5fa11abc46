import { InvalidArgumentError, type Command } from 'commander'
import { NO_QUEUE_NAME, QUEUE_NAME } from '../../../shared/protocol/keys.js'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { noteWhenUntold } from './note-when-untold.js'

/** Takes back what was set before. */
const AS_CONFIGURED = 'default'

interface Options {
  readonly concurrency?: number | typeof AS_CONFIGURED
  readonly queues?: readonly string[] | typeof AS_CONFIGURED
  readonly addQueue?: readonly string[]
  readonly removeQueue?: readonly string[]
  readonly json?: boolean
}

const MOST_SLOTS = 10_000

export function define(command: Command): void {
  command
    .argument('<worker>', 'its name, its id, or the beginning of its id')
    .option('--concurrency <n>', 'tasks that run at once; default takes back what was set', readConcurrency)
    .option('--queues <names>', 'the queues to serve, with commas between them; default takes back what was set', readQueues)
    .option('--add-queue <names>', 'queues to serve besides those of now', readNames)
    .option('--remove-queue <names>', 'queues to serve no more', readNames)
    .option('--json', 'print the worker')
    .addHelpText('after', `
It holds until it is taken back, over restarts of the worker too. Tasks that run go on.`)
    .action(async (name: string, { concurrency, queues, addQueue = [], removeQueue = [], json }: Options) => {
      if (concurrency === undefined && queues === undefined && addQueue.length + removeQueue.length === 0) command.error('error: say what to set: --concurrency, --queues, --add-queue or --remove-queue')
      const wanted = await on(command, 'workers', port => port.set(name, {
        concurrency: concurrency === AS_CONFIGURED ? null : concurrency, queues: queues === AS_CONFIGURED ? null : queues, add: addQueue, remove: removeQueue,
      }))
      if (json === true) return printJson(wanted)
      const count = wanted.wanted?.concurrency
      print(`Worker ${wanted.name} shall run ${count == null ? 'as many tasks as its settings say' : `${count} tasks`} at once and serve ${wanted.wanted?.queues?.join(', ') ?? 'the queues of its settings'}.`)
      noteWhenUntold(wanted.told)
    })
}

// Commander takes a null for an empty text.
function readConcurrency(text: string): number | typeof AS_CONFIGURED {
  if (text === AS_CONFIGURED) return text
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > MOST_SLOTS) throw new InvalidArgumentError(`It must be a whole number between 1 and ${MOST_SLOTS}, or ${AS_CONFIGURED}.`)
  return number
}

const readQueues = (text: string): string[] | typeof AS_CONFIGURED => (text === AS_CONFIGURED ? text : readNames(text))

function readNames(text: string): string[] {
  const names = [...new Set(text.split(',').map(part => part.trim()).filter(part => part !== ''))]
  const wrong = names.find(name => !QUEUE_NAME.test(name))
  if (wrong !== undefined || names.length === 0) throw new InvalidArgumentError(`'${wrong ?? text}' ${NO_QUEUE_NAME}.`)
  return names
}
