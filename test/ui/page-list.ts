const DAG = '/dags/analytics.daily_load'
export const RUN = `${DAG}/runs/tuesday`

/** Every page with the scenery, and what stands on it when it has loaded. */
export const PAGES: Readonly<Record<string, { readonly path: string; readonly shows: string }>> = {
  login: { path: '/login', shows: 'Sign in to Longshore' },
  dags: { path: '/dags', shows: 'sales.hourly' },
  grid: { path: DAG, shows: 'clean_up' },
  graph: { path: `${DAG}/graph?run=tuesday`, shows: 'clean_up' },
  'dag-runs': { path: `${DAG}/runs`, shows: 'tuesday' },
  durations: { path: `${DAG}/durations`, shows: 'Whole runs' },
  calendar: { path: `${DAG}/calendar`, shows: 'Days of' },
  versions: { path: `${DAG}/versions`, shows: 'in force' },
  backfills: { path: `${DAG}/backfills`, shows: 'New backfill' },
  details: { path: `${DAG}/details`, shows: 'Coming runs' },
  run: { path: RUN, shows: 'load[2]' },
  gantt: { path: `${RUN}?view=gantt`, shows: 'load[2]' },
  log: { path: `${RUN}/tasks/extract`, shows: 'read shop 6' },
  task: { path: `${RUN}/tasks/extract?tab=details`, shows: 'Timeline' },
  rendered: { path: `${RUN}/tasks/extract?tab=rendered`, shows: 'read shop' },
  why: { path: `${RUN}/tasks/report?tab=why`, shows: 'report' },
  result: { path: `${RUN}/tasks/list_parts?tab=result`, shows: '2,' },
  runs: { path: '/runs', shows: 'tuesday' },
  'all-backfills': { path: '/backfills', shows: 'No backfills' },
  assets: { path: '/assets', shows: 'No assets' },
  pools: { path: '/pools', shows: 'Connections to the warehouse.' },
  users: { path: '/users', shows: 'New user' },
  tokens: { path: '/tokens', shows: 'New token' },
  audit: { path: '/audit', shows: 'Audit log' },
  'import-errors': { path: '/import-errors', shows: 'All files could be read' },
}
