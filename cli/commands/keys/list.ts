import type { Command } from 'commander'
import type { KeyOnRing } from '../../../shared/signing/key-ring.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { iso, shown } from '../../output/time.js'
import { openRing, withKeysDir } from './open-ring.js'
import { jobsByKey } from './waiting-jobs.js'

export function define(command: Command): void {
  withKeysDir(command)
    .option('--json', 'print a JSON array of {key, uses, publicFile, since, jobs}')
    .action(async ({ json }: { json?: boolean }) => {
      const { ring, config } = openRing(command)
      const keys = ring.list()
      const jobs = await jobsByKey(config)
      const jobsOf = ({ id }: KeyOnRing): number | null => (jobs === null ? null : jobs.get(id) ?? 0)
      if (json === true) return printJson(keys.map(key => ({ key: key.id, uses: key.uses, publicFile: key.from, since: iso(key.since), jobs: jobsOf(key) })))
      if (keys.length === 0) return note(`There are no keys in ${ring.places.directory}; make some with \`longshore keys generate\`.`)
      print(renderTable<KeyOnRing>([
        { title: 'KEY', value: key => key.id },
        { title: 'USE', value: key => key.uses.join(', '), colour: key => (key.uses.includes('revoked') ? 'red' : null) },
        { title: 'JOBS', value: key => jobsOf(key) ?? '?', align: 'right' },
        { title: 'SINCE', value: key => shown(key.since) },
        { title: 'PUBLIC KEY', value: key => key.from },
      ], keys))
    })
}
