import type { Command } from 'commander'
import { checkSchema, schemaStatus } from '../../../shared/database/migrate.js'
import { withAnyDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .option('--json', 'print {applied, pending, unknown}')
    .addHelpText('after', '\nExit code 1 when migrations are pending, or when a newer version of Longshore made the schema.')
    .action(async ({ json }: { json?: boolean }) => {
      await withAnyDatabase(clientSettings(command).config, async database => {
        if (json === true) printJson(await schemaStatus(database))
        await checkSchema(database)
        if (json !== true) print(`The schema of ${database.label} is up to date.`)
      })
    })
}
