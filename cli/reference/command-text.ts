import type { EventEmitter } from 'node:events'
import type { Command } from 'commander'
import type { Entry } from '../commands.js'

/** What there is to say about a command, for manuals and shells. */
export interface CommandText {
  /** `dags list`; empty for the program itself. */
  readonly path: string
  readonly name: string
  readonly summary: string
  readonly usage: string
  readonly options: readonly OptionText[]
  /** What its help says after the options. */
  readonly after: string
  readonly commands: readonly CommandText[]
}

export interface OptionText {
  /** `-V, --version`, `--port <n>` */
  readonly flags: string
  readonly long: string
  readonly takesValue: boolean
  readonly description: string
}

/** Describes the whole program: loads every command, where an ordinary start loads the chosen one. `chosen` is loaded already. */
export async function describeProgram(program: Command, entries: readonly Entry[], chosen: Command): Promise<CommandText> {
  await loadAll(program, entries, chosen)
  return textOf(program, [])
}

async function loadAll(parent: Command, entries: readonly Entry[], chosen: Command): Promise<void> {
  for (const entry of entries) {
    const command = parent.commands.find(child => child.name() === entry.name)
    if (command === undefined || command === chosen) continue
    if ('commands' in entry) await loadAll(command, entry.commands, chosen)
    else (await entry.load()).define(command)
  }
}

function textOf(command: Command, above: readonly string[]): CommandText {
  const isProgram = command.parent === null
  const path = isProgram ? [] : [...above, command.name()]
  let after = ''
  // A command is an emitter, which its types do not say; so does it print its own help.
  ;(command as unknown as EventEmitter).emit('afterHelp', { error: false, command, write: (text: string) => { after += text } })
  return {
    path: path.join(' '), name: command.name(), summary: command.description(), usage: command.usage(), after: after.trim(),
    options: command.options.filter(option => !option.hidden).map(({ flags, long, short, required, optional, description }) => ({
      flags, long: long ?? short ?? '', takesValue: required || optional, description,
    })),
    commands: command.commands.map(child => textOf(child, path)),
  }
}

/** The command and all below it, in the order of the help. */
export const flatten = (command: CommandText): CommandText[] => [command, ...command.commands.flatMap(flatten)]
