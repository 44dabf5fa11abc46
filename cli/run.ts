import { CommanderError } from 'commander'
import { EXIT } from './exit.js'
import { endQuietlyWhenNobodyReads } from './output/print.js'
import { buildProgram } from './program.js'
import { reportError } from './report-error.js'

/** Runs one `longshore …` and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  endQuietlyWhenNobodyReads()
  const program = buildProgram()
  process.exitCode = EXIT.ok
  try {
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode)
  } catch (error) {
    // commander has said already what is wrong; asking for help is not an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    return reportError(error, program.opts<{ logLevel?: string }>().logLevel)
  }
}
