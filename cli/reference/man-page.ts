import { flatten, type CommandText, type OptionText } from './command-text.js'

export interface ManPageFacts {
  readonly version: string
  /** Shown at the foot of each page. */
  readonly date: Date
}

/** longshore(1), as roff of man(7). */
export function manPage(program: CommandText, { version, date }: ManPageFacts): string {
  const commands = flatten(program).filter(({ path, commands }) => path !== '' && commands.length === 0)
  return `${[
    `.TH LONGSHORE 1 "${date.toISOString().slice(0, 10)}" "Longshore ${roff(version)}" "User Commands"`,
    '.SH NAME', `longshore \\- ${roff(program.summary)}`,
    '.SH SYNOPSIS', '.B longshore', '.RI [ options "] " command " [" "options of the command" "] [" arguments ]',
    '.SH DESCRIPTION', ...paragraphs(ABOUT),
    '.SH OPTIONS', 'Of every command:', ...program.options.flatMap(option),
    '.SH COMMANDS', ...commands.flatMap(command),
    '.SH SIGNALS', ...SIGNALS.flatMap(([name, text]) => item(name, text)),
    '.SH EXIT STATUS', ...EXITS.flatMap(([code, text]) => item(code, text)),
    '.SH ENVIRONMENT', ...paragraphs(ENVIRONMENT),
    '.SH FILES', ...FILES.flatMap(([path, text]) => item(path, text)),
    '.SH SEE ALSO', '.BR systemctl (1),', '.BR journalctl (1),', '.BR docker (1)',
  ].join('\n')}\n`
}

const ABOUT = `Longshore runs DAGs: tasks that depend on each other, each a container. Schedulers put what is due on queues in Redis, pools of
workers run it on the Docker of their machines, and MySQL or MariaDB holds the truth. Stopping or restarting any of these processes
interrupts no task.

Results go to standard output and nothing else does; notes, logs and errors go to standard error. Commands that read or change something
have --json.`

const SIGNALS = [
  ['SIGTERM, SIGINT', 'stop in order, within seconds. A worker lets go of its containers: they run on, and the next worker on the same state directory takes them over. A second signal ends the process at once.'],
  ['SIGHUP', 'read again what can be read again while running; the manual of the installation says what.'],
  ['SIGUSR2', 'has a worker take nothing new, and end when its tasks have ended.'],
] as const

const EXITS = [['0', 'It worked.'], ['1', 'It failed.'], ['2', 'It was asked in a way that makes no sense.']] as const

const ENVIRONMENT = `Every setting is a variable, LONGSHORE_DATABASE_URL for databaseUrl; with _FILE behind it, a file that holds the value. LONGSHORE_CONFIG
names the file of settings. NO_COLOR and COLUMNS are obeyed. longshore config shows every setting and where it comes from.`

const FILES = [
  ['/etc/longshore/longshore.yaml', 'settings of all services of this machine'],
  ['/etc/longshore/scheduler.env, web.env, worker-POOL.env', 'settings of one service'],
  ['/etc/longshore/credentials/', 'addresses that hold passwords, for root alone'],
  ['/etc/longshore/keys/', 'keys that jobs are signed with and that are trusted'],
  ['/var/lib/longshore/', 'DAG files, state of the services, logs of tasks'],
  ['/usr/share/doc/longshore/', 'the documentation'],
] as const

function command({ path, usage, summary, options, after }: CommandText): string[] {
  return [
    `.SS "longshore ${roff(path)} ${roff(usage.replace(/ ?\[options\] ?/, ' ').trim())}"`,
    `${roff(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)}`,
    ...options.flatMap(option),
    ...(after === '' ? [] : ['.PP', ...paragraphs(after)]),
  ]
}

const option = ({ flags, description }: OptionText): string[] => item(flags, description)
const item = (term: string, text: string): string[] => ['.TP', `.B ${roff(term)}`, roff(text)]
const paragraphs = (text: string): string[] => text.split('\n').map(line => (line.trim() === '' ? '.PP' : roff(line.trim())))

/** A line of text: nothing in it is a request, and a hyphen can be copied as the minus that it is. */
function roff(text: string): string {
  const safe = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq').replaceAll('…', '...').replaceAll('\n', ' ')
  return /^[.']/.test(safe) ? `\\&${safe}` : safe
}
