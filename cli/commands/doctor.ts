import { Option, type Command } from 'commander'
import { CONFIG_KEYS } from '../../shared/config/schema.js'
import { failed, ok, ROLES, type Finding, type Role } from '../doctor/check.js'
import { examine } from '../doctor/examine.js'
import { EXIT } from '../exit.js'
import { paint, type Colour } from '../output/colour.js'
import { print, printJson } from '../output/print.js'
import { clientSettings } from '../settings.js'

const COLOURS: Readonly<Record<Finding['status'], Colour>> = { ok: 'green', warn: 'yellow', fail: 'red' }

interface Options {
  readonly for: Role
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .addOption(new Option('--for <role>', 'what this machine is for').choices([...ROLES]).default('all'))
    .option('--json', 'print {ok, findings: [{check, status, detail, advice}]}')
    .addHelpText('after', '\nChanges nothing, but for a small object in a log store of S3, which it removes again. Exit code 1 when anything has failed; what is only worth a warning leaves it 0.')
    .action(async ({ for: role, json }: Options) => {
      const findings = await diagnose(command, role)
      const isWell = findings.every(({ status }) => status !== 'fail')
      if (json === true) printJson({ ok: isWell, findings })
      else print(findings.map(line).join('\n'))
      if (!isWell) process.exitCode = EXIT.failed
    })
}

/** Without settings there is nothing else to look at. */
async function diagnose(command: Command, role: Role): Promise<Finding[]> {
  let settings
  try {
    settings = clientSettings(command)
  } catch (error) {
    return [failed('settings', error)]
  }
  const { config, origin } = settings
  const set = CONFIG_KEYS.filter(key => origin[key] !== 'default')
  const detail = set.length === 0 ? 'all at their defaults' : `${set.join(', ')} set; see \`longshore config\``
  return [ok('settings', detail), ...await examine({ config, origin, role })]
}

function line({ check, status, detail, advice }: Finding): string {
  const first = `${paint(status.padEnd(4), COLOURS[status])}  ${check}: ${detail}`
  return advice === null ? first : `${first}\n      → ${advice}`
}
