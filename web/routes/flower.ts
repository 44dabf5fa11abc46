import type { Api, RouteContext } from '../app.js'
import { changesRoutes } from './changes.js'
import { healthRoutes } from './health.js'
import { queueRoutes } from './queues.js'
import { releaseRoutes } from './releases.js'
import { taskRoutes } from './tasks.js'
import { workerRoutes } from './workers.js'

/** Who does the work: workers, queues, what goes through them, and whether all of it is well. */
export function flowerRoutes(api: Api, context: RouteContext): void {
  for (const routes of [workerRoutes, queueRoutes, taskRoutes, healthRoutes, releaseRoutes, changesRoutes]) routes(api, context)
}
