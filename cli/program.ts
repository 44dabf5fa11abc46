import { Command } from 'commander'
import { LongshoreError } from '../shared/errors.js'
import { version } from '../shared/version.js'
import { COMMANDS, type Entry } from './commands.js'
import { paint } from './output/colour.js'

/**
 * The tree of commands. What a command needs is loaded when it is chosen, so that `--help` and a reading command start
 * without the libraries of a scheduler and a worker.
 */
export function buildProgram(): Command {
  const program = new Command('longshore')
    .description('Scheduled work as containers on many machines: DAGs, queues, workers.')
    .version(version(), '-V, --version')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(usageError(text)) })
    .exitOverride()
    .option('--config <file>', 'settings; default: longshore.yaml in the current directory, when it exists')
    .option('--server <url>', 'speak to the API of this `longshore web` instead of the database')
    .option('--token <token>', 'who this is there; better in LONGSHORE_TOKEN_FILE, as everybody here can see the options of a process')
    .option('--database-url <url>', 'mysql://… or sqlite:FILE')
    .option('--redis-url <url>', 'redis://…, rediss://… or unix:PATH')
    .option('--redis-prefix <name>', 'first part of every Redis key')
    .option('--dags <dir>', 'directory of DAG files')
    .option('--state-dir <dir>', 'what must be found again after a restart')
    .option('--log-store <target>', 'where logs of tasks are kept: file:DIR')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
  addCommands(program, COMMANDS)
  return program
}

function addCommands(parent: Command, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const command = parent.command(entry.name, { isDefault: 'isDefault' in entry && entry.isDefault === true }).description(entry.summary)
    if ('commands' in entry) addCommands(command, entry.commands)
    else if (entry.isOnHost === true) command.hook('preAction', refuseServer)
  }
  parent.hook('preSubcommand', async (_, chosen) => {
    const entry = entries.find(({ name }) => name === chosen.name())
    if (entry !== undefined && 'load' in entry) (await entry.load()).define(chosen)
  })
}

/** What is set for other commands, in a file or a variable, does not concern those of the host; a flag is meant for this one. */
function refuseServer(_: Command, command: Command): void {
  const { server, token } = command.optsWithGlobals<{ server?: string; token?: string }>()
  if (server === undefined && token === undefined) return
  const names: string[] = []
  for (let one: Command | null = command; one?.parent != null; one = one.parent) names.unshift(one.name())
  throw new LongshoreError('LS_USAGE', `\`longshore ${names.join(' ')}\` works on this machine and not on a server`, { hint: 'Leave out --server and --token, and run it on the machine that it concerns.' })
}

/** commander writes `error: unknown option '--x'` and perhaps a suggestion in a line of its own. */
function usageError(text: string): string {
  const message = text.replace(/^error: /, '').trim().replace(/\n\(Did you mean (.*)\?\)$/, "; did you mean '$1'?")
  return `${paint('error', 'red', process.stderr)} LS_USAGE: ${message}\n→ See \`longshore --help\`, or \`--help\` after the subcommand.\n`
}
