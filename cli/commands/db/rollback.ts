import type { Command } from 'commander'
import { rollback } from '../../../shared/database/migrate.js'
import { LongshoreError } from '../../../shared/errors.js'
import { withAnyDatabase } from '../../database.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .option('--yes', 'do it: data in the tables and columns that the migration made is lost')
    .option('--json', 'print {undone}')
    .action(async ({ yes, json }: { yes?: boolean; json?: boolean }) => {
      if (yes !== true) throw new LongshoreError('LS_USAGE', 'taking back a migration loses the data in the tables and columns that it made', { hint: 'Stop every scheduler, make a backup, and add --yes.' })
      const undone = await withAnyDatabase(clientSettings(command).config, rollback)
      if (json === true) printJson({ undone })
      else print(undone.length === 0 ? 'There is no migration to take back.' : undone.map(name => `took back ${name}`).join('\n'))
    })
}
