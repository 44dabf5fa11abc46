import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath } from '../../api/dags.js'
import { usePages } from '../../api/pages.js'
import type { Schema } from '../../api/schema.js'
import { diffLines } from '../../kit/diff.js'
import { Table } from '../../kit/list.js'
import { Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { Json } from '../task/documents.js'

/** Every version that was ever in force; two of them compared. */
export function Versions() {
  const { dag } = useParams({ from: '/shell/dags/$dag/versions' })
  const search = useSearch({ from: '/shell/dags/$dag/versions' })
  const navigate = useNavigate({ from: '/dags/$dag/versions' })
  const query = usePages<Schema<'DagVersionItem'>>([...dagKey(dag), 'versions'], `${dagPath(dag)}/versions`, { limit: 50 })
  return (
    <Loaded query={query}>{({ pages }) => {
      const items = pages.flatMap(page => page.items)
      const to = search.to ?? String(items[0]?.number ?? 1)
      const from = search.from ?? String(items.find(({ number }) => number < Number(to))?.number ?? to)
      return (
        <div className="split">
          <Table label="Versions" columns={['Version', 'Since', 'Compare']}>{items.map(({ number, createdAt, current, hash }) => (
            <tr key={number}>
              <td className="main" title={hash}>{number}{current && <span className="tag" style={{ marginLeft: 8 }}>in force</span>}</td>
              <td data-label="Since"><Time at={createdAt} seconds={false} /></td>
              <td data-label="Compare" className="nowrap">
                <label className="pick"><input type="radio" name="from" checked={from === String(number)} onChange={() => { void navigate({ search: { from: String(number), to }, replace: true }) }} />from</label>{' '}
                <label className="pick"><input type="radio" name="to" checked={to === String(number)} onChange={() => { void navigate({ search: { from, to: String(number) }, replace: true }) }} />to</label>
              </td>
            </tr>
          ))}</Table>
          <Diff dag={dag} from={from} to={to} />
        </div>
      )
    }}</Loaded>
  )
}

const useVersion = (dag: string, number: string) => useQuery({ queryKey: [...dagKey(dag), 'version', number], queryFn: ({ signal }) => ask<Schema<'DagVersion'>>('GET', `${dagPath(dag)}/versions/${encodeURIComponent(number)}`, { signal }), staleTime: Infinity })

function Diff({ dag, from, to }: { readonly dag: string; readonly from: string; readonly to: string }) {
  const before = useVersion(dag, from)
  const after = useVersion(dag, to)
  const lines = useMemo(() => (before.data === undefined || after.data === undefined || from === to ? [] : diffLines(JSON.stringify(before.data.spec, null, 2), JSON.stringify(after.data.spec, null, 2))), [before.data, after.data, from, to])
  return (
    <Loaded query={after}>{({ spec }) => (from === to ? <Json value={spec} label={`Version ${to}`} /> : (
      <div className="card diff" tabIndex={0} role="region" aria-label={`From version ${from} to version ${to}`}>
        {lines.map(({ kind, text }, place) => <div key={place} className={kind}>{kind === 'added' ? '+ ' : kind === 'removed' ? '− ' : '  '}{text}</div>)}
      </div>
    ))}</Loaded>
  )
}
