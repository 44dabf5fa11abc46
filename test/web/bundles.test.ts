import { expect, it } from 'vitest'
import { bundleOf } from '../../shared/bundles/bundle.js'
import { Role, type Grant } from '../../web/identity/access.js'
import { ApiSite, inNamespace, type Answer } from './site.js'

type Files = Readonly<Record<string, string>>
const yaml = (dag: string, image = 'tool:1'): string => `dag: ${dag}\ntasks: { one: { image: ${image} } }\n`
const encoded = (files: Files) => Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text).toString('base64') }))
const hashOf = (files: Files): string => bundleOf(Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }))).hash
const deploy = (site: ApiSite, files: Files, grants?: readonly Grant[], more: object = {}): Promise<Answer> => site.ask('POST', '/bundles', { body: { files: encoded(files), ...more }, ...(grants !== undefined && { grants }) })
const author = (namespace: string): readonly Grant[] => inNamespace(namespace, Role.author)

const BOTH: Files = { 'sales.yaml': yaml('sales.daily'), 'other.yaml': yaml('other.daily') }

it('whoever deploys may change every DAG that becomes another by it, and is not told of DAGs that they may not see', async () => {
  const site = await ApiSite.open()
  const seesBoth = [...author('sales'), ...inNamespace('other', Role.viewer)]
  expect(await deploy(site, BOTH, inNamespace('sales', Role.operator))).toMatchObject({ status: 403, body: { code: 'LS_NOT_ALLOWED' } })
  expect(await deploy(site, BOTH, author('sales'))).toMatchObject({ status: 403, body: { detail: `it would change DAGs for which 'ann' does not have the role author: of others` } })
  expect(await deploy(site, BOTH, seesBoth, { dryRun: true })).toMatchObject({ status: 403, body: { detail: expect.stringContaining(`author: 'other.daily'`) } })
  expect(await deploy(site, BOTH, undefined, { dryRun: true })).toMatchObject({ status: 200, body: { outcome: 'planned', before: null, plan: { added: [{ dag: 'other.daily' }, { dag: 'sales.daily' }] } } })
  expect((await site.ask('GET', '/bundles')).body).toEqual({ items: [], next: null })
  expect(await deploy(site, BOTH)).toMatchObject({ status: 200, body: { outcome: 'activated', bundle: hashOf(BOTH) } })

  const own = { ...BOTH, 'sales.yaml': yaml('sales.daily', 'tool:2') }
  expect(await deploy(site, own, author('sales'))).toMatchObject({ status: 200, body: { outcome: 'activated', plan: { changed: [{ dag: 'sales.daily', file: 'sales.yaml' }], unchanged: 1 } } })
  expect(await deploy(site, own, author('sales'))).toMatchObject({ status: 200, body: { outcome: 'unchanged' } })
  // It means the same today.
  expect(await deploy(site, { ...own, 'other.yaml': `${yaml('other.daily')}# mine\n` }, author('sales'))).toMatchObject({ status: 403 })
  expect(await deploy(site, { 'sales.yaml': yaml('sales.daily') }, author('sales'))).toMatchObject({ status: 403 })
  expect(await deploy(site, { ...own, 'other.yaml': yaml('other.daily', 'tool:2') })).toMatchObject({ status: 200 })

  const activate = (wanted: string, grants?: readonly Grant[]): Promise<Answer> => site.ask('POST', `/bundles/${wanted}/activate`, grants === undefined ? {} : { grants })
  for (const wanted of ['previous', 'folder', hashOf(BOTH).slice(0, 12)]) expect(await activate(wanted, author('sales')), wanted).toMatchObject({ status: 403 })
  expect(await activate('previous', [...author('sales'), ...author('other')])).toMatchObject({ status: 200, body: { bundle: hashOf(own), plan: { changed: [{ dag: 'other.daily' }] } } })
  expect(await activate('previous', author('sales'))).toMatchObject({ status: 200, body: { bundle: hashOf(BOTH) } })
  expect(await activate('abcdef')).toMatchObject({ status: 404, body: { code: 'LS_BUNDLE_NOT_FOUND' } })
  const { items } = (await site.ask('GET', '/bundles', { grants: inNamespace('sales', Role.viewer) })).body as { items: object[] }
  expect(items).toMatchObject([{ bundle: hashOf(BOTH), active: true, dags: 2, files: 2, activatedBy: 'ann' }, { active: false }, { active: false }])
  const written = await site.installation.database.query('audit_log').select('action', 'status', 'target').orderBy('audit_id') as { action: string; status: number; target: string }[]
  expect(written.map(({ action, status }) => `${action} ${status}`)).toEqual(expect.arrayContaining(['bundle.deploy 403', 'bundle.deploy 200', 'bundle.activate 403', 'bundle.activate 200', 'bundle.activate 404']))
  expect(JSON.parse(written.at(-1)?.target ?? '')).toEqual({ bundle: 'abcdef' })
}, 60_000)

it('what is no bundle is refused with a code, and nothing of it is kept', async () => {
  const site = await ApiSite.open()
  const bad = (files: Files | readonly object[], more: object = {}): Promise<Answer> => site.ask('POST', '/bundles', { body: { files: Array.isArray(files) ? files : encoded(files as Files), ...more } })
  for (const path of ['../../etc/cron.d/x', '/etc/passwd', 'a\0.yaml', '.env', 'a/../b.yaml', 'node_modules/longshore/index.js']) expect(await bad({ [path]: yaml('a') }), path).toMatchObject({ status: 422, body: { code: 'LS_BUNDLE_INVALID' } })
  expect(await bad({ 'a.yaml': yaml('a'), 'A.yaml': yaml('b') })).toMatchObject({ status: 422, body: { code: 'LS_BUNDLE_INVALID' } })
  expect(await bad([{ path: 'a.yaml', content: 'no base64!' }])).toMatchObject({ status: 422, body: { code: 'LS_BUNDLE_INVALID' } })
  expect(await bad({ 'a.yaml': yaml('a') }, { hash: 'another' })).toMatchObject({ status: 422, body: { code: 'LS_BUNDLE_INVALID' } })
  expect(await bad({ 'readme.md': 'no DAG' })).toMatchObject({ status: 422, body: { code: 'LS_BUNDLE_INVALID', detail: expect.stringContaining('there is no DAG in it') } })
  expect(await bad([])).toMatchObject({ status: 400 })

  const broken = await bad({ 'a.yaml': 'dag: a\ntasks: { one: { imag: x } }\n', 'b.yaml': yaml('same'), 'c.yaml': yaml('same'), 'd.ts': `import { x } from './nowhere.js'\nexport const y = x\n`, 'e.js': 'import "left-pad"\n' })
  expect(broken).toMatchObject({ status: 422, body: { code: 'LS_DAG_INVALID' } })
  const { detail } = broken.body as { detail: string }
  for (const said of [/^ {2}a\.yaml:2:\d+: \[a\/one\] .*imag/m, /^ {2}c\.yaml: \[same\] DAG 'same' is already defined in b\.yaml/m, /^ {2}d\.ts:1:\d+: .*nowhere/m, /^ {2}e\.js.*left-pad/m]) expect(detail).toMatch(said)
  expect(detail).not.toContain('longshore-bundle-')
  expect(await site.installation.database.query('bundles').count({ n: '*' }).first()).toEqual({ n: 0 })
}, 60_000)
