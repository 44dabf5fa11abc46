import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { ProblemBox } from './kit/problem-box.js'
import { Empty, Skeletons } from './kit/waiting.js'
import { DagLayout } from './pages/dag/layout.js'
import { DagsPage } from './pages/dags.js'
import { HomePage } from './pages/home/page.js'
import { LoginPage } from './pages/login.js'
import { both, oneOf, texts } from './search.js'
import { Shell } from './shell/shell.js'

const root = createRootRoute({ component: Outlet })
const login = createRoute({ getParentRoute: () => root, path: '/login', component: LoginPage, validateSearch: texts('next', 'code', 'problem') })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })
const home = createRoute({ getParentRoute: () => shell, path: '/', component: HomePage })

const dags = createRoute({ getParentRoute: () => shell, path: '/dags', component: DagsPage, validateSearch: both(texts('search', 'tag'), oneOf('show', ['all', 'active', 'paused'] as const)) })
const runFilter = texts('state', 'type') as (given: Readonly<Record<string, unknown>>) => { state?: 'queued' | 'running' | 'success' | 'failed' | 'cancelled'; type?: 'scheduled' | 'manual' | 'backfill' | 'asset' }
const dag = createRoute({ getParentRoute: () => shell, path: '/dags/$dag', component: DagLayout })
const grid = createRoute({ getParentRoute: () => dag, path: '/', validateSearch: texts('run', 'task', 'mapIndex'), component: lazyRouteComponent(() => import('./pages/dag/grid-view.js'), 'GridView') })
const dagRuns = createRoute({ getParentRoute: () => dag, path: '/runs', validateSearch: runFilter, component: lazyRouteComponent(() => import('./pages/dag/runs.js'), 'DagRuns') })
const graph = createRoute({ getParentRoute: () => dag, path: '/graph', validateSearch: texts('run'), component: lazyRouteComponent(() => import('./pages/dag/graph-view.js'), 'GraphView') })
const gantt = createRoute({ getParentRoute: () => dag, path: '/gantt', validateSearch: texts('run'), component: lazyRouteComponent(() => import('./pages/dag/gantt-view.js'), 'GanttView') })
const durations = createRoute({ getParentRoute: () => dag, path: '/durations', validateSearch: texts('task'), component: lazyRouteComponent(() => import('./pages/dag/durations.js'), 'Durations') })
const calendar = createRoute({ getParentRoute: () => dag, path: '/calendar', component: lazyRouteComponent(() => import('./pages/dag/calendar.js'), 'Calendar') })
const versions = createRoute({ getParentRoute: () => dag, path: '/versions', validateSearch: texts('from', 'to'), component: lazyRouteComponent(() => import('./pages/dag/versions.js'), 'Versions') })
const dagBackfills = createRoute({ getParentRoute: () => dag, path: '/backfills', component: lazyRouteComponent(() => import('./pages/dag/backfills.js'), 'DagBackfills') })
const details = createRoute({ getParentRoute: () => dag, path: '/details', component: lazyRouteComponent(() => import('./pages/dag/details.js'), 'Details') })

const run = createRoute({
  getParentRoute: () => shell, path: '/dags/$dag/runs/$run', validateSearch: both(texts('state'), oneOf('view', ['tasks', 'gantt'] as const)),
  component: lazyRouteComponent(() => import('./pages/run/page.js'), 'RunPage'),
})
const task = createRoute({
  getParentRoute: () => shell, path: '/dags/$dag/runs/$run/tasks/$task', validateSearch: both(texts('mapIndex', 'attempt'), oneOf('tab', ['log', 'details', 'rendered', 'why', 'result'] as const)),
  component: lazyRouteComponent(() => import('./pages/task/page.js'), 'TaskPage'),
})

const runs = createRoute({ getParentRoute: () => shell, path: '/runs', validateSearch: runFilter, component: lazyRouteComponent(() => import('./pages/runs.js'), 'RunsPage') })
const backfills = createRoute({ getParentRoute: () => shell, path: '/backfills', component: lazyRouteComponent(() => import('./pages/backfills.js'), 'BackfillsPage') })
const assets = createRoute({ getParentRoute: () => shell, path: '/assets', component: lazyRouteComponent(() => import('./pages/assets.js'), 'AssetsPage') })
const pools = createRoute({ getParentRoute: () => shell, path: '/pools', component: lazyRouteComponent(() => import('./pages/pools.js'), 'PoolsPage') })
const importErrors = createRoute({ getParentRoute: () => shell, path: '/import-errors', component: lazyRouteComponent(() => import('./pages/import-errors.js'), 'ImportErrorsPage') })
const workers = createRoute({ getParentRoute: () => shell, path: '/workers', component: lazyRouteComponent(() => import('./pages/flower/workers.js'), 'WorkersPage') })
const worker = createRoute({ getParentRoute: () => shell, path: '/workers/$worker', component: lazyRouteComponent(() => import('./pages/flower/worker.js'), 'WorkerPage') })
const queues = createRoute({ getParentRoute: () => shell, path: '/queues', component: lazyRouteComponent(() => import('./pages/flower/queues.js'), 'QueuesPage') })
const tasks = createRoute({ getParentRoute: () => shell, path: '/tasks', validateSearch: texts('state', 'queue', 'worker', 'dag', 'sort'), component: lazyRouteComponent(() => import('./pages/flower/tasks.js'), 'TasksPage') })
const health = createRoute({ getParentRoute: () => shell, path: '/health', component: lazyRouteComponent(() => import('./pages/flower/health.js'), 'HealthPage') })
const users = createRoute({ getParentRoute: () => shell, path: '/users', component: lazyRouteComponent(() => import('./pages/admin/users.js'), 'UsersPage') })
const tokens = createRoute({ getParentRoute: () => shell, path: '/tokens', component: lazyRouteComponent(() => import('./pages/admin/tokens.js'), 'TokensPage') })
const audit = createRoute({ getParentRoute: () => shell, path: '/audit', validateSearch: texts('principal', 'action'), component: lazyRouteComponent(() => import('./pages/admin/audit.js'), 'AuditPage') })

export const router = createRouter({
  routeTree: root.addChildren([login, shell.addChildren([
    home, dags, dag.addChildren([grid, dagRuns, graph, gantt, durations, calendar, versions, dagBackfills, details]), run, task,
    runs, backfills, assets, pools, importErrors, workers, worker, queues, tasks, health, users, tokens, audit,
  ])]),
  defaultPreload: 'intent',
  defaultPendingComponent: Skeletons,
  defaultPendingMs: 150,
  scrollRestoration: true,
  defaultNotFoundComponent: () => <main className="page"><Empty title="There is no such page">The address may have been typed wrongly.</Empty></main>,
  defaultErrorComponent: ({ error }) => <main className="page"><ProblemBox error={error} /></main>,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
