import { z } from 'zod'
import { MOST_SLOTS, readPool, readPools, removePool, setPool } from '../../shared/operations/pools.js'
import { viewPool, viewPoolMember } from '../../shared/views/pool-view.js'
import type { Api } from '../app.js'
import { everywhere, filtered, readable } from '../http/route-access.js'
import { namespaceOf, Role } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Pool, PoolDetails } from '../schemas/acts.js'
import { PoolPath } from '../schemas/paths.js'

const MOST_WAITERS = 10_000
const MOST_HOLDERS = 1_000

/** Pools belong to no namespace: everybody sees them and how full they are, but the tasks in them only of the DAGs that they may read. */
export function poolRoutes(api: Api, { database, wake }: WorkflowContext): void {
  api.get('/pools', {
    config: { access: filtered() }, schema: { summary: 'Pools', tags: ['Pools'], response: { 200: z.object({ items: z.array(Pool) }) } },
  }, async () => ({ items: (await readPools(database)).map(viewPool) }))

  api.get('/pools/:pool', {
    config: { access: filtered() }, schema: { summary: 'A pool, with what holds its slots and what waits for them', tags: ['Pools'], params: PoolPath, querystring: z.object({ waiting: z.coerce.number().int().min(1).max(MOST_WAITERS).default(100).describe('How many of those that wait are told.') }), response: { 200: PoolDetails } },
  }, async request => {
    const namespaces = readable(request)
    const pool = await readPool(database, request.params.pool, request.query.waiting)
    const visible = ({ dag_id }: { readonly dag_id: string }): boolean => namespaces === null || namespaces.includes(namespaceOf(dag_id))
    return { ...viewPool(pool), held: pool.held.filter(visible).slice(0, MOST_HOLDERS).map(viewPoolMember), next: pool.next.filter(visible).map(viewPoolMember) }
  })

  api.put('/pools/:pool', {
    config: { access: everywhere(Role.author), audit: 'pool.set' },
    schema: {
      summary: 'Makes a pool or changes it', tags: ['Pools'], params: PoolPath,
      body: z.strictObject({ slots: z.int().min(0).max(MOST_SLOTS).describe('0 lets nothing of it start.'), description: z.string().max(500).nullable().default(null).describe('Null leaves the one there is.') }),
      response: { 200: z.object({ pool: z.string(), slots: z.int(), description: z.string().nullable(), before: z.int().nullable().describe('Slots that it had; null: it is new.') }) },
    },
  }, async ({ params: { pool: name }, body }) => {
    const { pool, before } = await setPool(database, { name, ...body })
    await wake()
    return { pool: name, slots: pool.slots, description: pool.description, before: before?.slots ?? null }
  })

  api.delete('/pools/:pool', {
    config: { access: everywhere(Role.author), audit: 'pool.delete' },
    schema: {
      summary: 'Deletes a pool', tags: ['Pools'], params: PoolPath, querystring: z.object({ force: z.stringbool().default(false).describe('Although DAGs use it: their tasks wait until there is such a pool again.') }),
      response: { 200: z.object({ pool: z.string(), deleted: z.literal(true), usedBy: z.array(z.string()) }) },
    },
  }, async ({ params: { pool }, query: { force } }) => {
    const { usedBy } = await removePool(database, pool, force)
    await wake()
    return { pool, deleted: true as const, usedBy: [...usedBy] }
  })
}
