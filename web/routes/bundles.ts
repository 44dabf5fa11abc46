import { z } from 'zod'
import { bundleOf, MOST_FILES, type BundleFile } from '../../shared/bundles/bundle.js'
import { LongshoreError } from '../../shared/errors.js'
import { activateBundle, deployBundle, readBundles } from '../../shared/operations/bundles.js'
import { viewBundle } from '../../shared/views/bundle-view.js'
import type { Api, WebContext } from '../app.js'
import { Problem } from '../http/problem.js'
import { filtered, principalOf } from '../http/route-access.js'
import { EVERYWHERE, may, namespaceOf, Role } from '../identity/access.js'
import type { Principal } from '../identity/principal.js'
import { BundleItem, DeployedBundle } from '../schemas/bundle.js'
import { list } from '../schemas/list.js'

/** A bundle of the largest size in base64, and its paths. */
const MOST_BODY = 24 * 1024 * 1024

const Upload = z.strictObject({
  files: z.array(z.strictObject({ path: z.string().max(1_000), content: z.string().describe('Base64.') })).min(1).max(MOST_FILES),
  hash: z.string().max(64).nullable().default(null).describe('What the sender takes for the hash of the bundle; another one is refused.'),
  dryRun: z.boolean().default(false).describe('Only validates it and tells the plan.'),
})
const BundlePath = z.object({ bundle: z.string().max(64).describe('A hash, at least the first six characters of it; `previous`; or `folder`.') })

/** Folders of DAG files as they were deployed. A bundle is everybody's; who puts one in force may change each DAG that becomes another by it. */
export function bundleRoutes(api: Api, { database, wake, evaluate }: WebContext): void {
  const tags = ['Bundles']

  api.get('/bundles', {
    config: { access: filtered() }, schema: { summary: 'Bundles, those that were in force last first', tags, response: { 200: z.object({ items: list(BundleItem), next: z.null() }) } },
  }, async () => ({ items: (await readBundles(database)).map(viewBundle), next: null }))

  api.post('/bundles', {
    bodyLimit: MOST_BODY, config: { access: filtered(Role.author), audit: 'bundle.deploy' },
    schema: { summary: 'Validates a bundle, stores it and puts it in force', tags, body: Upload, response: { 200: DeployedBundle } },
  }, async request => {
    if (evaluate === undefined) throw new Problem('LS_INTERNAL', 'this process evaluates no DAG files')
    const principal = principalOf(request)
    const { files, hash, dryRun } = request.body
    const bundle = bundleOf(files.map(decoded))
    if (hash !== null && hash !== bundle.hash) throw new Problem('LS_BUNDLE_INVALID', `these files are bundle ${bundle.hash}`, { hint: 'Send the files as they are, or leave out the hash.' })
    const deployed = await deployBundle(database, bundle, evaluate, { authorize: authorizing(principal), by: principal.name, dryRun })
    await wake()
    return deployed
  })

  api.post('/bundles/:bundle/activate', {
    config: { access: filtered(Role.author), audit: 'bundle.activate' },
    schema: {
      summary: 'Puts a bundle in force that was deployed before', tags, params: BundlePath,
      querystring: z.object({ dryRun: z.stringbool().default(false).describe('Only tells the plan.') }), response: { 200: DeployedBundle },
    },
  }, async request => {
    const principal = principalOf(request)
    const deployed = await activateBundle(database, request.params.bundle, { authorize: authorizing(principal), by: principal.name, dryRun: request.query.dryRun })
    await wake()
    return deployed
  })
}

function decoded({ path, content }: { readonly path: string; readonly content: string }): BundleFile {
  const bytes = Buffer.from(content, 'base64')
  if (bytes.toString('base64') !== content) throw new LongshoreError('LS_BUNDLE_INVALID', `the content of ${JSON.stringify(path.slice(0, 200))} is not base64`, { hint: 'Send the bytes of each file in base64, with padding.' })
  return { path, content: bytes }
}

/** Refuses who may not author all of these DAGs, or everything there may be (null). Those that they may not even read are not named. */
const authorizing = ({ name, grants }: Principal) => (dags: readonly string[] | null): void => {
  if (may(grants, Role.author, EVERYWHERE)) return
  if (dags === null) throw new Problem('LS_NOT_ALLOWED', `'${name}' does not have the role author for the whole installation`)
  const denied = dags.filter(dag => !may(grants, Role.author, namespaceOf(dag)))
  if (denied.length === 0) return
  const named = denied.filter(dag => may(grants, Role.viewer, namespaceOf(dag))).slice(0, MOST_NAMED)
  const whose = named.length === 0 ? 'of others' : `${named.map(dag => `'${dag}'`).join(', ')}${named.length < denied.length ? ' and others' : ''}`
  throw new Problem('LS_NOT_ALLOWED', `it would change DAGs for which '${name}' does not have the role author: ${whose}`)
}

const MOST_NAMED = 20
