import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SchedulerBus } from '../../scheduler/bus.js'
import { DagSync } from '../../scheduler/dag-sync.js'
import { bundleOf, type Bundle } from '../../shared/bundles/bundle.js'
import type { EvaluateFolder } from '../../shared/bundles/inspect.js'
import { packBundle } from '../../shared/bundles/pack.js'
import { parseYamlDags } from '../../shared/dag/yaml.js'
import { holdsActivation, readActive, readPacked, storeBundle } from '../../shared/database/tables/bundles.js'
import { listFiles } from '../../shared/database/tables/dag-files.js'
import { findDag, listDags } from '../../shared/database/tables/dags.js'
import { readVersion } from '../../shared/database/tables/dag-versions.js'
import { activateBundle, deployBundle, FOLDER, PREVIOUS, readBundles } from '../../shared/operations/bundles.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation, sharedFolderEvaluator } from './installation.js'

const ANYBODY = { authorize: () => {}, by: 'ann', dryRun: false }
const yaml = (dag: string, image: string): string => `dag: ${dag}\ntasks: { one: { image: ${image} } }\n`
/** More than a piece of a bundle in the database, and nothing that could be packed. */
const DATA = { path: 'etl/data.bin', content: randomBytes(600 * 1024) }
const SCRIPT = `import { readFileSync } from 'node:fs'
import { dag } from 'longshore'
import { image } from '../lib/images.js'
const { tasks } = JSON.parse(readFileSync(__dirname + '/tasks.json', 'utf8'))
export default dag('scripted', {}, d => { for (const task of tasks) d.task(task, { image }) })
`

const bundle = (files: Readonly<Record<string, string>>): Bundle => bundleOf([DATA, ...Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }))])

const FIRST = bundle({ 'etl/scripted.ts': SCRIPT, 'etl/tasks.json': '{"tasks": ["load", "send"]}', 'lib/images.ts': `export const image = 'tool:1'`, 'plain.yaml': yaml('plain', 'tool:1') })
const SECOND = bundle({ 'etl/scripted.ts': SCRIPT, 'etl/tasks.json': '{"tasks": ["load"]}', 'lib/images.ts': `export const image = 'tool:1'`, 'plain.yaml': yaml('plain', 'tool:2'), 'new.yaml': yaml('new', 'tool:1') })

/** The DAGs in force, each with its tasks and their images. */
async function inForce({ database }: Installation): Promise<Record<string, string>> {
  const dags: Record<string, string> = {}
  for (const { dag_id, version_key } of await listDags(database)) dags[dag_id] = (await readVersion(database, version_key))?.spec.tasks.map(({ id, image }) => `${id} ${image}`).join(', ') ?? ''
  return dags
}

describe.each(DIALECTS)('bundles on %s', dialect => {
  it('take the place of the DAG folder on every scheduler, change it, and give it back; runs in flight stay on their versions', async () => {
    const site = await Installation.create(dialect)
    const config = site.config()
    const evaluate = sharedFolderEvaluator(config)
    const deploy = async (wanted: Bundle) => { const deployed = await deployBundle(site.database, wanted, evaluate, ANYBODY); await wakeSchedulers(config); return deployed }
    const becomes = (dags: Record<string, string>) => until(async () => JSON.stringify(await inForce(site)) === JSON.stringify(dags), { timeout: 30_000, describe: `DAGs ${JSON.stringify(dags)}` })
    const state = tempDir('state')
    const scheduler = await site.scheduler({ stateDir: state })
    await site.dag(yaml('plain', 'tool:0'))
    await site.dag(yaml('old', 'tool:0'))

    expect(await deploy(FIRST)).toMatchObject({ outcome: 'activated', before: null, plan: { added: [{ dag: 'scripted', file: 'etl/scripted.ts' }], changed: [{ dag: 'plain' }], removed: [{ dag: 'old' }], unchanged: 0 } })
    const first = { plain: 'one tool:1', scripted: 'load tool:1, send tool:1' }
    await becomes(first)
    expect(await deploy(FIRST)).toMatchObject({ outcome: 'unchanged', plan: { unchanged: 2 } })
    await until(async () => (await listFiles(site.database)).join() === 'etl/scripted.ts,lib/images.ts,plain.yaml', { timeout: 30_000 })
    // What is in the folder now is nobody's business, and a scheduler needs none.
    writeFileSync(join(site.dags, 'plain.yaml'), yaml('plain', 'tool:3'))
    const other = await site.scheduler({ dagsDir: join(site.dags, 'nowhere') })

    let finish = (): void => {}
    const held = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async () => { await held; return {} } })
    await site.trigger('plain')
    await until(async () => (await site.tasks('plain'))['one']?.state === 'starting', { timeout: 30_000 })
    expect(await deploy(SECOND)).toMatchObject({ outcome: 'activated', before: FIRST.hash, plan: { added: [{ dag: 'new' }], changed: [{ dag: 'plain' }, { dag: 'scripted' }], removed: [], unchanged: 0 } })
    await becomes({ new: 'one tool:1', plain: 'one tool:2', scripted: 'load tool:1' })
    await until(() => existsSync(join(state, 'bundles', '0', SECOND.hash)), { timeout: 30_000, describe: 'both schedulers have it' })
    finish()
    await site.ended('plain')
    expect((await readVersion(site.database, (await site.run('plain'))?.version_key ?? 0))?.spec.tasks[0]?.image).toBe('tool:1')

    expect(await activateBundle(site.database, PREVIOUS, ANYBODY)).toMatchObject({ outcome: 'activated', bundle: FIRST.hash, before: SECOND.hash, plan: { removed: [{ dag: 'new' }] } })
    await becomes(first)
    await expect(activateBundle(site.database, PREVIOUS, ANYBODY)).rejects.toMatchObject({ code: 'LS_BUNDLE_NOT_FOUND' })
    await other.stop()
    expect(readdirSync(join(state, 'bundles', '0')).sort()).toEqual([FIRST.hash, SECOND.hash].sort())

    expect(await activateBundle(site.database, FOLDER, ANYBODY)).toMatchObject({ outcome: 'activated', bundle: null, plan: null })
    await becomes({ old: 'one tool:0', plain: 'one tool:3' })
    await scheduler.stop()
    expect(existsSync(join(state, 'bundles', '0'))).toBe(false)
  }, 90_000)

  it('change nothing before they are in force, and nothing that was changed meanwhile', async () => {
    const site = await Installation.create(dialect)
    const { database } = site
    const { versions } = parseYamlDags(yaml('plain', 'tool:1'), 'plain.yaml')
    let planned = 0
    let release = (): void => {}
    const bothPlanned = new Promise<void>(resolve => { release = resolve })
    const evaluate: EvaluateFolder = async () => {
      planned += 1
      if (planned === 2) release()
      await bothPlanned
      return new Map([['plain.yaml', { ok: true, dags: versions, inputs: ['plain.yaml'] }]])
    }
    // Of two that deploy at once, one is told.
    const [one, two] = await Promise.allSettled([FIRST, SECOND].map(wanted => deployBundle(database, wanted, evaluate, ANYBODY)))
    const [winner, loser] = one?.status === 'fulfilled' ? [FIRST, two] : [SECOND, one]
    expect(loser).toMatchObject({ status: 'rejected', reason: { code: 'LS_BUNDLE_CONFLICT', message: `somebody else has put bundle ${winner.hash.slice(0, 12)} in force meanwhile` } })
    // What was stored and not put in force, as when its process dies between the two, is only there.
    expect((await readActive(database)).hash).toBe(winner.hash)
    expect((await readBundles(database)).map(({ hash, is_active }) => [hash === winner.hash, is_active])).toEqual(expect.arrayContaining([[true, 1], [false, 0]]))
    const key = (await readActive(database)).bundle_key as number
    expect((await readPacked(database, key)).equals(await packBundle(winner))).toBe(true)

    // A scheduler that is late writes nothing of what it finds.
    const directory = tempDir('late')
    const late = new DagSync(database, new SchedulerBus(), directory, tx => holdsActivation(tx, 0))
    await late.apply(join(directory, 'plain.yaml'), { ok: true, dags: versions, inputs: [] })
    await late.apply(join(directory, 'broken.yaml'), { ok: false, problems: [{ file: join(directory, 'broken.yaml'), line: 1, column: 1, dag: null, task: null, message: 'wrong' }], inputs: [] })
    expect([await findDag(database, 'plain'), await listFiles(database)]).toEqual([undefined, []])

    // The newest are kept, and what is in force whatever its age.
    for (let n = 0; n < 22; n += 1) await storeBundle(database, { hash: `h${n}`, files: 1, bytes: 1, manifest: [], packed: Buffer.from('x') }, 'ann')
    await database.query('bundles').where('hash', 'like', 'h%').update({ created_at: Date.now() + 3_600_000 })
    await deployBundle(database, bundle({ 'third.yaml': '' }), evaluate, ANYBODY)
    const kept = await readBundles(database)
    expect(kept.filter(({ is_active }) => is_active === 1)).toHaveLength(1)
    expect(kept.map(({ hash }) => hash)).not.toContain(winner.hash)
    expect(kept.length).toBeLessThanOrEqual(21)
    expect(await database.query('bundle_chunks').countDistinct({ n: 'bundle_key' }).first()).toEqual({ n: kept.length })
  })
})
