import { useMutation } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, bodyOf } from '../../api/client.js'
import { dagKey, useDag } from '../../api/dags.js'
import { showInGrid } from '../../api/grid.js'
import { useLive } from '../../api/live.js'
import { needsRole, useMay } from '../../api/may.js'
import { queryClient } from '../../api/query-client.js'
import { Switch } from '../../kit/controls.js'
import { Icon } from '../../kit/icon.js'
import { DagZone, Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { Page } from '../../shell/page.js'
import { TriggerDialog } from './trigger-dialog.js'

const TABS = [
  ['/dags/$dag', 'Grid'], ['/dags/$dag/graph', 'Graph'], ['/dags/$dag/runs', 'Runs'], ['/dags/$dag/gantt', 'Gantt'], ['/dags/$dag/durations', 'Durations'], ['/dags/$dag/calendar', 'Calendar'],
  ['/dags/$dag/versions', 'Versions'], ['/dags/$dag/backfills', 'Backfills'], ['/dags/$dag/details', 'Details'],
] as const

/** What all views of a DAG share: its name, whether it is paused, when it is due, its acts and the tabs. */
export function DagLayout() {
  const { dag } = useParams({ from: '/shell/dags/$dag' })
  const query = useDag(dag)
  const [isTriggering, trigger] = useState(false)
  const mayOperate = useMay().inDag('operator', dag)
  useLive(`dag:${dag}`, [dagKey(dag), ['runs', dag]], changed => showInGrid(dag, changed))
  return (
    <DagZone value={query.data?.timezone ?? null}>
      <Page ofDag crumbs={[{ text: 'DAGs', link: { to: '/dags' } }, { text: dag }]}>
        <Loaded query={query}>{({ paused, schedule, nextRun, active, description, problems }) => (
          <>
            <header>
              <PauseSwitch dag={dag} paused={paused} denied={mayOperate ? null : needsRole('operator', dag)} />
              <h1>{dag}</h1>
              <span className="dim nowrap">{schedule === null ? 'run by hand' : <code>{schedule}</code>}{nextRun !== null && <> · next <Time at={nextRun} relative /></>}{paused && ' · paused'}</span>
              {mayOperate && <div className="acts"><button type="button" className="button primary" onClick={() => trigger(true)}><Icon name="play" size={13} />Trigger</button></div>}
            </header>
            {!active && <p className="notice warn">Its file is gone: nothing is scheduled any more. Its history stays.</p>}
            {description !== null && <p className="dim" style={{ marginTop: -10, maxWidth: '90ch' }}>{description}</p>}
            {problems.length > 0 && <p className="notice warn">Its file has problems, so this version stays in force: <Link to="/import-errors" className="link">{problems[0]}</Link></p>}
            <nav className="tabs" aria-label="Views of the DAG">
              {TABS.map(([to, text]) => <Link key={to} to={to} params={{ dag }} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>{text}</Link>)}
            </nav>
            <Outlet />
            {isTriggering && <TriggerDialog dag={dag} onClose={() => trigger(false)} />}
          </>
        )}</Loaded>
      </Page>
    </DagZone>
  )
}

function PauseSwitch({ dag, paused, denied }: { readonly dag: string; readonly paused: boolean; readonly denied: string | null }) {
  const pause = useMutation({
    mutationFn: (value: boolean) => bodyOf(api.PATCH('/api/v1/dags/{dag}', { params: { path: { dag } }, body: { paused: value } })),
    onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey: dagKey(dag) }), queryClient.invalidateQueries({ queryKey: ['dags'] })]),
  })
  const isActive = pause.isPending ? !pause.variables : !paused
  return <Switch on={isActive} busy={pause.isPending} denied={denied} label={isActive ? `Pause ${dag}` : `Unpause ${dag}`} onChange={on => pause.mutate(!on)} />
}
