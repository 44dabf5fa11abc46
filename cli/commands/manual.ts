import type { CommandModule, Entry } from '../commands.js'
import { version } from '../../shared/version.js'
import { print } from '../output/print.js'
import { describeProgram } from '../reference/command-text.js'
import { manPage } from '../reference/man-page.js'
import { programOf } from './completion.js'

/** The list is handed in: this module is loaded by it. */
export const manualOf = (commands: readonly Entry[]): CommandModule => ({
  define: command => {
    command
      .addHelpText('after', '\nTo read it: longshore manual | man -l -\nIts date is SOURCE_DATE_EPOCH, seconds since 1970, where that is set.')
      .action(async () => {
        const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? Date.now() / 1000)
        print(manPage(await describeProgram(programOf(command), commands, command), { version: version(), date: new Date(epoch * 1000) }))
      })
  },
})
