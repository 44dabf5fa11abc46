import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask, path } from '../api/ask.js'
import { useMay } from '../api/may.js'
import { usePages } from '../api/pages.js'
import { queryClient } from '../api/query-client.js'
import type { Schema } from '../api/schema.js'
import { List } from '../kit/list.js'
import { Time } from '../kit/time.js'
import { tell } from '../kit/toasts.js'
import { Empty } from '../kit/waiting.js'
import { Page } from '../shell/page.js'

type Asset = Schema<'Asset'>

export function AssetsPage() {
  const mayMark = useMay().somewhere('operator')
  const query = usePages<Asset>(['assets'], '/assets', { limit: 100 })
  const update = useMutation({
    mutationFn: (asset: string) => ask<{ readonly subscribers: readonly string[] }>('POST', path`/assets/${asset}/events`, { body: {} }),
    onSuccess: ({ subscribers }, asset) => {
      void queryClient.invalidateQueries({ queryKey: ['assets'] })
      tell(`${asset} counts as updated${subscribers.length === 0 ? '.' : `: told to ${subscribers.join(', ')}.`}`)
    },
  })
  return (
    <Page crumbs={[{ text: 'Assets' }]}>
      <header><h1>Assets</h1></header>
      <List<Asset>
        query={query} label="Assets" empty={<Empty title="No assets">A task names what it makes in <code>outlets</code>; a DAG can be scheduled on that.</Empty>}
        columns={['Asset', 'Updated', 'By', 'Made by', 'Starts', { name: 'Actions', hidden: true, className: 'tight' }]}
        row={({ asset, updatedAt, updatedBy, producers, subscribers }) => (
          <tr key={asset}>
            <td className="name main"><span className="ellipsis">{asset}</span></td>
            <td data-label="Updated"><Time at={updatedAt} /></td>
            <td data-label="By" className="dim">{updatedBy ?? '–'}</td>
            <td data-label="Made by"><span className="tags">{producers.map(producer => <Link key={producer} className="tag" to="/dags/$dag" params={{ dag: producer.split('/')[0] ?? '' }}>{producer}</Link>)}</span></td>
            <td data-label="Starts"><span className="tags">{subscribers.map(dag => <Link key={dag} className="tag" to="/dags/$dag" params={{ dag }}>{dag}</Link>)}</span></td>
            <td className="tight">{mayMark && <button type="button" className="button" disabled={update.isPending} onClick={() => update.mutate(asset)}>Mark updated</button>}</td>
          </tr>
        )}
      />
    </Page>
  )
}
