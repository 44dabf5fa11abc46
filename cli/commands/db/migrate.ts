import type { Command } from 'commander'
import { migrate } from '../../../shared/database/migrate.js'
import { withAnyDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .option('--json', 'print {applied}')
    .action(async ({ json }: { json?: boolean }) => {
      const applied = await withAnyDatabase(clientSettings(command).config, migrate, true)
      if (json === true) printJson({ applied })
      else print(applied.length === 0 ? 'The schema was up to date already.' : applied.map(name => `applied ${name}`).join('\n'))
    })
}
