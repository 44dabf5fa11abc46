import type { Command } from 'commander'
import { bytesText } from '../../../shared/bytes.js'
import type { BundleView } from '../../../shared/views/bundle-view.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'
import { shortHash } from './print-deployed.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const bundles = await on(command, 'bundles', port => port.list())
      if (json === true) return printJson(bundles)
      if (bundles.length > 0) print(table(bundles))
      if (!bundles.some(({ active }) => active)) note('No bundle is in force: each scheduler reads its DAG folder.')
    })
}

function table(bundles: readonly BundleView[]): string {
  return renderTable<BundleView>([
    { title: 'BUNDLE', value: ({ bundle }) => shortHash(bundle) },
    { title: 'STATUS', value: ({ active, activatedAt }) => (active ? 'in force' : activatedAt === null ? 'never in force' : 'before'), colour: ({ active }) => (active ? 'green' : null) },
    { title: 'DAGS', value: ({ dags }) => dags, align: 'right' },
    { title: 'FILES', value: ({ files }) => files, align: 'right', isMinor: true },
    { title: 'SIZE', value: ({ bytes }) => bytesText(bytes), align: 'right', isMinor: true },
    { title: 'SINCE', value: ({ activatedAt, createdAt }) => shownTime(activatedAt ?? createdAt) },
    { title: 'BY', value: ({ activatedBy, createdBy }) => activatedBy ?? createdBy },
  ], bundles)
}
