import type { Command } from 'commander'
import { readAssets, type AssetState } from '../../../shared/operations/assets.js'
import { viewAsset } from '../../../shared/views/asset-view.js'
import { withDatabase } from '../../database.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown } from '../../output/time.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const assets = await withDatabase(clientSettings(command).config, readAssets)
      if (json === true) printJson(assets.map(viewAsset))
      else if (assets.length > 0) print(table(assets))
      else note('There are no assets; an asset is there once a DAG names it.')
    })
}

function table(assets: readonly AssetState[]): string {
  return renderTable<AssetState>([
    { title: 'ASSET', value: ({ asset }) => asset },
    { title: 'UPDATED', value: ({ last }) => shown(last?.created_at ?? null) },
    { title: 'BY', value: ({ last }) => last?.source },
    { title: 'MADE BY', value: ({ producers }) => producers.join(', ') },
    { title: 'STARTS', value: ({ subscribers }) => subscribers.join(', ') },
  ], assets)
}
