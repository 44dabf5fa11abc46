import type { Command } from 'commander'
import { publicPem } from '../../../shared/signing/key.js'
import { KeyUse } from '../../../shared/signing/key-ring.js'
import { note, print, printJson } from '../../output/print.js'
import { openRing, withKeysDir } from './open-ring.js'

export function define(command: Command): void {
  withKeysDir(command)
    .option('--json', 'print {key, use, privateFile, publicFile, publicKey}')
    .addHelpText('after', `
The first key signs at once. A later one waits until \`longshore keys rotate\`, so that all workers can trust it before
anything is signed with it.`)
    .action(({ json }: { json?: boolean }) => {
      const { ring } = openRing(command)
      const { key, use, publicFile } = ring.generate()
      const privateFile = use === KeyUse.signing ? ring.places.signing : ring.places.next
      if (json === true) return printJson({ key: key.id, use, privateFile, publicFile, publicKey: publicPem(key) })
      print(`Key ${key.id} is made${use === KeyUse.signing ? ': schedulers sign with it from now on' : '; it waits for `longshore keys rotate`'}.\nprivate  ${privateFile}  (schedulers only)\npublic   ${publicFile}  (copy it to \`trusted\` in the keysDir of every worker)`)
      if (use === KeyUse.next) note('Rotate when every worker trusts it: jobs that a worker cannot verify do not run there.')
    })
}
