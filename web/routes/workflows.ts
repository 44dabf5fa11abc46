import { openLogStore } from '../../shared/log-store/open-log-store.js'
import type { Api, RouteContext } from '../app.js'
import { CalendarReader } from '../reads/calendar-reader.js'
import { DagDirectory } from '../reads/dag-directory.js'
import { Finder } from '../reads/finder.js'
import { GridReader } from '../reads/grid-reader.js'
import { LogTails } from '../reads/log-tails.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { actRoutes } from './acts.js'
import { adhocRoutes } from './adhoc.js'
import { assetRoutes } from './assets.js'
import { backfillRoutes } from './backfills.js'
import { dagViewRoutes } from './dag-views.js'
import { dagRoutes } from './dags.js'
import { eventRoutes } from './events.js'
import { importErrorRoutes } from './import-errors.js'
import { logRoutes } from './logs.js'
import { poolRoutes } from './pools.js'
import { runRoutes } from './runs.js'
import { spreadRoutes } from './spread.js'
import { taskInstanceRoutes } from './task-instances.js'

/** Everything about DAGs, their runs and their tasks. */
export function workflowRoutes(api: Api, web: RouteContext): void {
  const { database, config } = web
  const finder = new Finder(database)
  const store = openLogStore(config.logStore)
  const tails = new LogTails(database, config, store)
  const context: WorkflowContext = { ...web, finder, store, tails, directory: new DagDirectory(database), grids: new GridReader(database, finder.versions), calendars: new CalendarReader(database) }
  // Operations suggest the names of DAGs that are nearly called so; who asks here may not be allowed to know them.
  api.addHook('preHandler', async request => {
    if (request.routeOptions.config.access?.kind === 'dag') await finder.row(String((request.params as Readonly<Record<string, unknown>>)['dag']))
  })
  api.addHook('preClose', () => tails.stop())
  for (const routes of [dagRoutes, dagViewRoutes, runRoutes, taskInstanceRoutes, logRoutes, actRoutes, backfillRoutes, poolRoutes, assetRoutes, eventRoutes, importErrorRoutes, spreadRoutes, adhocRoutes]) routes(api, context)
}
