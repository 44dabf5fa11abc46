import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { readPublicKeys } from '../../../shared/signing/key.js'
import { print, printJson } from '../../output/print.js'
import { openRing, withKeysDir } from './open-ring.js'

export function define(command: Command): void {
  withKeysDir(command)
    .argument('<file>', 'a public key, as `longshore keys generate` made it; - reads standard input')
    .option('--json', 'print a JSON array of {key, publicFile}')
    .addHelpText('after', '\nWorkers notice within seconds; none has to be restarted.')
    .action((file: string, { json }: { json?: boolean }) => {
      const { ring } = openRing(command)
      const trusted = readPublicKeys(read(file), file === '-' ? 'standard input' : file).map(key => ({ key: key.id, publicFile: ring.trust(key) }))
      if (json === true) printJson(trusted)
      else print(trusted.map(({ key, publicFile }) => `Key ${key} is trusted here: ${publicFile}`).join('\n'))
    })
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (cause) {
    throw new LongshoreError('LS_KEY_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}`, { cause, hint: 'Name the .pub file that `longshore keys generate` made.' })
  }
}
