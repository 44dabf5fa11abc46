import { flatten, type CommandText } from './command-text.js'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** The script that has a shell complete commands and options: it holds all of them, so that pressing tab starts nothing. */
export function completionScript(shell: Shell, program: CommandText): string {
  switch (shell) {
    case 'bash': return bash(program)
    case 'zsh': return zsh(program)
    case 'fish': return fish(program)
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Options of the program are options of every command. */
const optionsOf = (command: CommandText, program: CommandText): CommandText['options'] =>
  [...command.options, ...(command === program ? [] : program.options.filter(({ long }) => long !== '--version')), HELP]

const HELP = { flags: '-h, --help', long: '--help', takesValue: false, description: 'display help for command' }

/** Finds in `$path` the command that the words before the cursor name. */
const findPath = (program: CommandText, words: string, indent: string): string => [
  `for word in ${words}; do`,
  '  case "$path $word" in',
  `    ${flatten(program).filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`)).join('|')}) path="$path $word" ;;`,
  '  esac',
  'done',
].map(line => `${indent}${line}`).join('\n')

function bash(program: CommandText): string {
  const cases = flatten(program).map(command => [
    `    ${quoted(command.path === '' ? '' : ` ${command.path}`)})`,
    `      commands=${quoted(command.commands.map(({ name }) => name).join(' '))}`,
    `      options=${quoted(optionsOf(command, program).map(({ long }) => long).join(' '))} ;;`,
  ].join('\n'))
  return `# bash completion for longshore
_longshore() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= word commands= options=
${findPath(program, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"', '  ')}
  case "$path" in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  fi
}
# Where nothing fits, names of files: most arguments of options are some.
complete -o default -F _longshore longshore
`
}

function zsh(program: CommandText): string {
  const entry = (name: string, text: string): string => quoted(`${name.replaceAll(':', '\\:')}:${text}`)
  const cases = flatten(program).map(command => [
    `    ${quoted(command.path === '' ? '' : ` ${command.path}`)})`,
    `      commands=(${command.commands.map(({ name, summary }) => entry(name, summary)).join(' ')})`,
    `      options=(${optionsOf(command, program).map(({ long, description }) => entry(long, description)).join(' ')}) ;;`,
  ].join('\n'))
  return `#compdef longshore
_longshore() {
  local path= word
  local -a commands options
${findPath(program, '${words[2,CURRENT-1]}', '  ')}
  case "$path" in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe -o option options
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
if [[ $funcstack[1] == _longshore ]]; then _longshore "$@"; else compdef _longshore longshore; fi
`
}

function fish(program: CommandText): string {
  const at = (command: CommandText): string => `-n ${quoted(`__longshore_at ${quoted(command.path)}`)}`
  const lines = flatten(program).flatMap(command => [
    ...command.commands.map(({ name, summary }) => `complete -c longshore ${at(command)} -f -a ${quoted(name)} -d ${quoted(summary)}`),
    ...command.options.map(({ long, takesValue, description }) =>
      `complete -c longshore${command === program ? '' : ` ${at(command)}`} -l ${quoted(long.replace(/^--/, ''))}${takesValue ? ' -r' : ''} -d ${quoted(description)}`),
  ])
  return `# fish completion for longshore
function __longshore_at
  set -l path
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case ${flatten(program).filter(({ path }) => path !== '').map(({ path }) => quoted(path.includes(' ') ? path : ` ${path}`)).join(' ')}
        set path (string trim -- "$path $word")
    end
  end
  test "$path" = "$argv[1]"
end
${lines.join('\n')}
`
}
