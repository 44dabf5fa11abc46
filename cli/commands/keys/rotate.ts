import type { Command } from 'commander'
import { loadPrivateKey } from '../../../shared/signing/key-files.js'
import { note, print, printJson } from '../../output/print.js'
import { openRing, withKeysDir } from './open-ring.js'

export function define(command: Command): void {
  withKeysDir(command)
    .option('--now', 'make the next key here and now, if there is none: for an installation on one machine')
    .option('--json', 'print {key, before}')
    .addHelpText('after', `
Schedulers notice within seconds, one that systemd has given the key when it is restarted. The key before it stays trusted, so that what it has signed still runs, and its private
half is gone. Revoke it when \`longshore keys list\` shows no jobs of it and schedulers that systemd has given the key were restarted.`)
    .action((options: { now?: boolean; json?: boolean }) => {
      const { ring } = openRing(command)
      if (options.now === true && loadPrivateKey(ring.places.next) === null) ring.generate()
      const { before, now } = ring.rotate()
      if (options.json === true) return printJson({ key: now, before })
      print(`Schedulers sign with the key ${now} from now on.`)
      if (before !== null) note(`Key ${before} is still trusted: \`longshore keys revoke ${before}\` when \`longshore keys list\` shows no jobs of it.`)
    })
}
