import type { Command } from 'commander'
import { activeSpecsContaining } from '../../../shared/database/tables/dag-versions.js'
import { SECRET_NAME } from '../../../shared/protocol/secret-name.js'
import type { Config } from '../../../shared/config/schema.js'
import { LongshoreError } from '../../../shared/errors.js'
import { matchesAny } from '../../../worker/policy/wildcard.js'
import { SecretStore } from '../../../worker/secrets/secret-store.js'
import { withDatabase } from '../../database.js'
import { EXIT } from '../../exit.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { clientSettings } from '../../settings.js'
import { queueOption } from '../worker-options.js'

interface SecretView {
  readonly secret: string
  readonly status: 'found' | 'absent' | 'refused' | 'failed'
  /** Where it was found, or why it is not used. */
  readonly detail: string
}

interface Options {
  readonly queues?: readonly string[]
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('[names...]', 'names of secrets; default: all that are found in directories and variables')
    .addOption(queueOption('those that DAGs name in tasks of these queues, with commas between them; needs the database'))
    .option('--json', 'print a JSON array of {secret, status, detail}')
    .addHelpText('after', '\nLooks where a worker with these settings would look, on this machine, as this user. Values are never printed. Exit code 1 when one is not found.')
    .action(async (names: string[], { queues, json }: Options) => {
      const { config } = clientSettings(command)
      const store = SecretStore.of(config)
      const wanted = [...names, ...(queues === undefined ? [] : await namedOn(config, queues))]
      const secrets: SecretView[] = []
      for (const name of new Set(wanted.length > 0 || queues !== undefined ? wanted : await store.names())) secrets.push(await look(store, config, name))
      if (json === true) printJson(secrets)
      else if (secrets.length === 0) note(`There are none; looked in: ${store.sources.map(({ label }) => label).join(', ')}.`)
      else print(table(secrets))
      if (secrets.some(({ status }) => status !== 'found')) process.exitCode = EXIT.failed
    })
}

async function look(store: SecretStore, { allowSecrets }: Config, secret: string): Promise<SecretView> {
  if (!SECRET_NAME.test(secret)) throw new LongshoreError('LS_USAGE', `'${secret}' is not the name of a secret`, { hint: "Names are of lower-case letters, digits, '.', '-' and '_'." })
  if (!matchesAny(secret, allowSecrets)) return { secret, status: 'refused', detail: `allowSecrets does not name it (${allowSecrets.join(', ') || 'nothing'})` }
  const reading = await store.find(secret)
  switch (reading.kind) {
    case 'found': return { secret, status: 'found', detail: reading.from }
    case 'absent': return { secret, status: 'absent', detail: `looked in: ${store.sources.map(({ label }) => label).join(', ')}` }
    case 'refused':
    case 'failed': return { secret, status: reading.kind, detail: reading.why }
  }
}

/** What the DAGs in force name. */
async function namedOn(config: Config, queues: readonly string[]): Promise<string[]> {
  const specs = await withDatabase(config, database => activeSpecsContaining(database, '"secrets":{"'))
  return specs.flatMap(({ tasks }) => tasks).filter(({ queue }) => queues.includes(queue)).flatMap(({ secrets }) => Object.values(secrets)).sort()
}

const table = (secrets: readonly SecretView[]): string => renderTable<SecretView>([
  { title: 'SECRET', value: ({ secret }) => secret },
  { title: 'STATUS', value: ({ status }) => status, colour: ({ status }) => (status === 'found' ? 'green' : 'red') },
  { title: 'WHERE', value: ({ detail }) => detail },
], secrets)
