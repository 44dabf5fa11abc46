import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, bodyOf } from '../api/client.js'
import { useLive } from '../api/live.js'
import { needsRole, useMay } from '../api/may.js'
import { queryClient } from '../api/query-client.js'
import type { Schema } from '../api/schema.js'
import { Search, Segments, Switch } from '../kit/controls.js'
import { Icon } from '../kit/icon.js'
import { RunBars } from '../kit/run-bars.js'
import { Time } from '../kit/time.js'
import { Empty, Loaded } from '../kit/waiting.js'
import { Page } from '../shell/page.js'
import { TriggerDialog } from './dag/trigger-dialog.js'

const RUNS = 14
type Dag = Schema<'DagItem'>
type Which = 'all' | 'active' | 'paused'

export function DagsPage() {
  const { search = '', tag, show = 'all' } = useSearch({ from: '/shell/dags' })
  const navigate = useNavigate({ from: '/dags' })
  const [triggering, trigger] = useState<string | null>(null)
  const change = (part: { search?: string | undefined; tag?: string | undefined; show?: Which | undefined }) => { void navigate({ search: before => ({ ...before, ...part }), replace: true }) }
  useLive('dags', [['dags']])
  const query = useInfiniteQuery({
    queryKey: ['dags', { search, tag, show }],
    queryFn: ({ pageParam, signal }) => bodyOf(api.GET('/api/v1/dags', {
      signal, params: { query: { limit: 100, runs: RUNS, ...(search !== '' && { search }), ...(tag !== undefined && { tag }), ...(show !== 'all' && { paused: String(show === 'paused') }), ...(pageParam !== null && { cursor: pageParam }) } },
    })),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: keepPreviousData,
  })
  return (
    <Page crumbs={[{ text: 'DAGs' }]}>
      <header><h1>DAGs</h1></header>
      <div className="toolbar">
        <Search label="Search DAGs" value={search} onChange={text => change({ search: text === '' ? undefined : text })} />
        <Segments<Which> label="Show" value={show} onChange={value => change({ show: value === 'all' ? undefined : value })} choices={[['all', 'All'], ['active', 'Active'], ['paused', 'Paused']]} />
        {tag !== undefined && <button type="button" className="tag" aria-label={`tag: ${tag} ×, do not filter by it`} onClick={() => change({ tag: undefined })}>tag: {tag} ×</button>}
      </div>
      <Loaded query={query} rows={8}>{({ pages }) => {
        const dags = pages.flatMap(({ items }) => items)
        if (dags.length === 0) {
          return search === '' && tag === undefined && show === 'all'
            ? <Empty title="No DAGs yet">Put a .ts or .yaml file into the folder of DAGs; it is here a moment later. What could not be read is under Import errors.</Empty>
            : <Empty title="No DAG matches">Search looks at ids, descriptions and owners.</Empty>
        }
        return (
          <div className="table-box">
            <table className="table stack">
              <thead><tr><th className="tight"><span className="hidden">Active</span></th><th>DAG</th><th className="hide-narrow">Tags</th><th>Schedule</th><th>Next run</th><th>Last runs</th><th className="tight"><span className="hidden">Actions</span></th></tr></thead>
              <tbody>{dags.map(dag => <Row key={dag.dag} dag={dag} onTag={value => change({ tag: value })} onTrigger={() => trigger(dag.dag)} />)}</tbody>
            </table>
          </div>
        )
      }}</Loaded>
      {query.hasNextPage && <div className="more"><button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => { void query.fetchNextPage() }}>More DAGs</button></div>}
      {triggering !== null && <TriggerDialog dag={triggering} onClose={() => trigger(null)} />}
    </Page>
  )
}

function Row({ dag, onTag, onTrigger }: { readonly dag: Dag; readonly onTag: (tag: string) => void; readonly onTrigger: () => void }) {
  const pause = useMutation({
    mutationFn: (paused: boolean) => bodyOf(api.PATCH('/api/v1/dags/{dag}', { params: { path: { dag: dag.dag } }, body: { paused } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['dags'] }),
  })
  const isActive = pause.isPending ? !pause.variables : !dag.paused
  const mayOperate = useMay().inDag('operator', dag.dag)
  return (
    <tr className="lead">
      <td className="tight"><Switch on={isActive} busy={pause.isPending} denied={mayOperate ? null : needsRole('operator', dag.dag)} label={isActive ? `Pause ${dag.dag}` : `Unpause ${dag.dag}`} onChange={on => pause.mutate(!on)} /></td>
      <td className="name beside two">
        <div className="ellipsis"><Link to="/dags/$dag" params={{ dag: dag.dag }} className="main">{dag.dag}</Link></div>
        {(dag.description !== null || dag.owner !== null) && (
          <div className="ellipsis small faint">
            {[dag.owner, dag.description].filter(text => text !== null).join(' · ')}
          </div>
        )}
      </td>
      <td className="hide-narrow"><span className="tags">{dag.tags.map(tag => <button key={tag} type="button" className="tag" title={`Only DAGs with the tag ${tag}`} onClick={() => onTag(tag)}>{tag}</button>)}</span></td>
      <td data-label="Schedule" className="nowrap">{dag.schedule === null ? <span className="faint">by hand</span> : <code title={dag.timezone}>{dag.schedule}</code>}</td>
      <td data-label="Next run" className="nowrap">{dag.paused ? <span className="faint">paused</span> : <Time at={dag.nextRun} seconds={false} />}</td>
      <td data-label="Last runs"><RunBars dag={dag.dag} runs={dag.runs} slots={RUNS} /></td>
      <td className="tight right">{mayOperate && <button type="button" className="button quiet icon" aria-label={`Trigger ${dag.dag}`} title="Trigger a run" onClick={onTrigger}><Icon name="play" size={14} /></button>}</td>
    </tr>
  )
}
