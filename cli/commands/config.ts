import type { Command } from 'commander'
import { displayValue } from '../../shared/config/load.js'
import { CONFIG_KEYS, SECRET_KEYS, type ConfigKey } from '../../shared/config/schema.js'
import { print, printJson } from '../output/print.js'
import { renderTable } from '../output/table.js'
import { clientSettings } from '../settings.js'

interface Setting {
  readonly name: ConfigKey
  readonly value: unknown
  readonly origin: string
}

function shownValue(key: ConfigKey, value: unknown): unknown {
  if (!SECRET_KEYS.has(key)) return value
  return Array.isArray(value) ? value.map(part => displayValue(key, part)) : displayValue(key, value)
}

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array of {name, value, origin}')
    .addHelpText('after', '\nPasswords in URLs are masked. docs/configuration.md says what each setting means.')
    .action(({ json }: { json?: boolean }) => {
      const { config, origin } = clientSettings(command)
      const settings = CONFIG_KEYS.map((key): Setting => ({ name: key, value: shownValue(key, config[key]), origin: origin[key] }))
      if (json === true) printJson(settings)
      else print(renderTable<Setting>([
        { title: 'SETTING', value: setting => setting.name },
        { title: 'VALUE', value: setting => displayValue(setting.name, setting.value) },
        { title: 'FROM', value: setting => setting.origin, colour: setting => (setting.origin === 'default' ? 'grey' : 'cyan') },
      ], settings))
    })
}
