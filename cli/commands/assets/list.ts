import type { Command } from 'commander'
import type { AssetView } from '../../../shared/views/asset-view.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const assets = await on(command, 'assets', port => port.list())
      if (json === true) printJson(assets)
      else if (assets.length > 0) print(table(assets))
      else note('There are no assets; an asset is there once a DAG names it.')
    })
}

function table(assets: readonly AssetView[]): string {
  return renderTable<AssetView>([
    { title: 'ASSET', value: ({ asset }) => asset },
    { title: 'UPDATED', value: ({ updatedAt }) => shownTime(updatedAt) },
    { title: 'BY', value: ({ updatedBy }) => updatedBy },
    { title: 'MADE BY', value: ({ producers }) => producers.join(', ') },
    { title: 'STARTS', value: ({ subscribers }) => subscribers.join(', ') },
  ], assets)
}
