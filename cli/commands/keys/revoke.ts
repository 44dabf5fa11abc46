import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { print, printJson } from '../../output/print.js'
import { openRing, withKeysDir } from './open-ring.js'
import { jobsByKey } from './waiting-jobs.js'

export function define(command: Command): void {
  withKeysDir(command)
    .argument('<key>', 'id of the key')
    .option('--force', 'revoke it although schedulers sign with it or jobs that wait are signed with it')
    .option('--json', 'print {key, revoked, jobs}')
    .addHelpText('after', `
Do it on every machine that trusts the key. Workers notice within seconds. Jobs that it has signed run no more; a scheduler
that signs with another key by then sends them out again. What runs already goes on.`)
    .action(async (id: string, { force, json }: { force?: boolean; json?: boolean }) => {
      const { ring, config } = openRing(command)
      ring.find(id)
      const jobs = await jobsByKey(config)
      const waiting = jobs?.get(id) ?? 0
      if (force !== true) {
        if (ring.signing?.id === id) throw new LongshoreError('LS_KEY_IN_USE', `schedulers here sign with the key ${id}`, { hint: 'Rotate to another key first, or revoke it with --force if it was stolen.' })
        if (waiting > 0) throw new LongshoreError('LS_KEY_IN_USE', `${waiting} job${waiting === 1 ? ' is' : 's are'} signed with the key ${id} and not done yet`, { hint: 'Wait until `longshore keys list` shows none, or revoke it with --force if it was stolen.' })
      }
      ring.revoke(id)
      if (json === true) printJson({ key: id, revoked: true, jobs: jobs === null ? null : waiting })
      else print(`Key ${id} is not trusted here any more.${jobs === null ? ' Redis could not be asked whether jobs are signed with it.' : waiting > 0 ? ` ${waiting} jobs are signed with it and will be refused.` : ''}`)
    })
}
