import { z } from 'zod'
import { readSpread } from '../../shared/views/spread-view.js'
import type { Api } from '../app.js'
import { filtered, readable } from '../http/route-access.js'
import { namespaceOf } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Spread } from '../schemas/spread.js'

export function spreadRoutes(api: Api, { database }: WorkflowContext): void {
  api.get('/spread', {
    config: { access: filtered() },
    schema: {
      summary: 'How evenly task starts are spread over the next day', tags: ['DAGs'], response: { 200: Spread },
      querystring: z.object({ dags: z.string().max(200).optional().describe('Only DAGs whose id matches, with * as a wildcard.') }),
    },
  }, request => {
    const namespaces = readable(request)
    return readSpread(database, { pattern: request.query.dags ?? null, sees: dag => namespaces === null || namespaces.includes(namespaceOf(dag)) })
  })
}
