import { z } from 'zod'
import { updateAsset } from '../../shared/operations/assets.js'
import { viewAsset } from '../../shared/views/asset-view.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { Problem } from '../http/problem.js'
import { filtered, principalOf, readable } from '../http/route-access.js'
import { may, namespaceOf, Role } from '../identity/access.js'
import { listAssets } from '../reads/asset-list.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Asset } from '../schemas/acts.js'

const AssetPath = z.object({ asset: z.string().max(200) })

export function assetRoutes(api: Api, { database, directory, wake }: WorkflowContext): void {
  api.get('/assets', {
    config: { access: filtered() }, schema: { summary: 'Assets by name, with what makes and awaits them', tags: ['Assets'], querystring: PageQuery, response: { 200: pageOf(Asset) } },
  }, async request => {
    const { cursor, limit } = request.query
    const after = fromCursor(cursor, z.tuple([z.string()]))?.[0] ?? ''
    const found = (await listAssets(database, directory, readable(request))).filter(({ asset }) => asset > after)
    const items = found.slice(0, limit).map(viewAsset)
    return { items, next: found.length > limit ? toCursor([items.at(-1)?.asset ?? '']) : null }
  })

  api.post('/assets/:asset/events', {
    config: { access: filtered(Role.operator), audit: 'asset.update' },
    schema: {
      summary: 'Tells that an asset was updated', tags: ['Assets'], params: AssetPath, body: z.strictObject({ reason: z.string().max(300).nullable().default(null).describe('What updated it; shown with the runs that this starts.') }),
      response: { 201: z.object({ asset: z.string(), subscribers: z.array(z.string()) }) },
    },
  }, async (request, reply) => {
    const { asset } = request.params
    const { grants, name } = principalOf(request)
    const known = (await listAssets(database, directory, readable(request))).find(one => one.asset === asset)
    if (known === undefined) throw new Problem('LS_ASSET_NOT_FOUND', `no DAG names an asset '${asset}'`)
    // It starts runs of all of them.
    const all = (await listAssets(database, directory, null)).find(one => one.asset === asset)?.subscribers ?? []
    if (!all.every(dag => may(grants, Role.operator, namespaceOf(dag)))) throw new Problem('LS_NOT_ALLOWED', `asset '${asset}' starts DAGs for which '${name}' does not have the role operator`)
    const subscribers = await updateAsset(database, { asset, by: name, reason: request.body.reason })
    await wake()
    return reply.status(201).send({ asset, subscribers: [...subscribers] })
  })
}
