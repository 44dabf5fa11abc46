import { Argument, type Command } from 'commander'
import type { CommandModule, Entry } from '../commands.js'
import { print } from '../output/print.js'
import { describeProgram } from '../reference/command-text.js'
import { completionScript, SHELLS, type Shell } from '../reference/shells.js'

/** The list is handed in: this module is loaded by it. */
export const completionOf = (commands: readonly Entry[]): CommandModule => ({
  define: command => {
    command
      .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(SHELLS))
      .addHelpText('after', `
bash:  longshore completion bash > ~/.local/share/bash-completion/completions/longshore
zsh:   longshore completion zsh > "\${fpath[1]}/_longshore"
fish:  longshore completion fish > ~/.config/fish/completions/longshore.fish`)
      .action(async (shell: Shell) => {
        print(completionScript(shell, await describeProgram(programOf(command), commands, command)))
      })
  },
})

export const programOf = (command: Command): Command => (command.parent === null ? command : programOf(command.parent))
