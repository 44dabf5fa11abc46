import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { listProblems } from '../../shared/database/tables/dag-files.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { removePool, setPool } from '../../shared/operations/pools.js'
import { wakeChannel } from '../../shared/protocol/keys.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const write = (site: Installation, name: string, yaml: string): void => { writeFileSync(join(site.dags, `${name}.yaml`), yaml) }
const isActive = async (site: Installation, id: string): Promise<boolean> => (await findDag(site.database, id))?.is_active === 1
const messages = async (site: Installation): Promise<string[]> => (await listProblems(site.database)).map(({ message }) => message)

async function wake(site: Installation): Promise<void> {
  const redis = openRedis(commandOptions(site.redis.url))
  await redis.publish(wakeChannel('longshore'), '')
  redis.disconnect()
}

const PLAIN = (id: string): string => `dag: ${id}\ntasks:\n  load: { image: none }\n`
const WAITS = (id: string, dag: string, task?: string): string => `dag: ${id}\ntasks:\n  gate: { wait: { dag: ${dag}${task === undefined ? '' : `, task: ${task}`} } }\n`
const STARTS = (id: string, dag: string): string => `dag: ${id}\ntasks:\n  next: { trigger: { dag: ${dag} } }\n`
const POOLED = (id: string, pool: string): string => `dag: ${id}\ntasks:\n  load: { image: none, pool: ${pool} }\n`

describe.each(DIALECTS)('what a DAG names on %s', dialect => {
  it('may come after it: the order of files does not matter', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    write(site, 'a', WAITS('a', 'z', 'load'))
    await until(async () => (await messages(site)).length === 1)
    expect(await messages(site)).toEqual([`task 'gate' waits for DAG 'z', which no DAG file defines; this file is taken as soon as one does`])
    expect(await findDag(site.database, 'a')).toBeUndefined()
    write(site, 'z', PLAIN('z'))
    await until(() => isActive(site, 'a'), { timeout: 10_000 })
    await until(async () => (await messages(site)).length === 0)
  })

  it('may name it in turn', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    write(site, 'a', WAITS('a', 'b', 'next'))
    write(site, 'b', STARTS('b', 'a'))
    await until(async () => await isActive(site, 'a') && await isActive(site, 'b'))
    await until(async () => (await messages(site)).length === 0)
  })

  it('may be a pool that is made later, and is told of with what to do', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    write(site, 'a', POOLED('a', 'warehouse'))
    await until(async () => (await messages(site)).length === 1)
    expect(await listProblems(site.database)).toMatchObject([{
      file: 'a.yaml', dag: 'a', task: 'load', message: `task 'load' takes slots of pool 'warehouse', which does not exist; make it with \`longshore pools set warehouse --slots N\``,
    }])
    await setPool(site.database, { name: 'warehouse', slots: 1, description: null })
    await wake(site)
    await until(() => isActive(site, 'a'), { timeout: 10_000 })
    await until(async () => (await messages(site)).length === 0)
  })
})

describe('what a DAG names', () => {
  it('must have the task that is waited for', async () => {
    const site = await Installation.create('sqlite')
    await site.scheduler()
    write(site, 'z', PLAIN('z'))
    write(site, 'a', WAITS('a', 'z', 'laod'))
    await until(async () => (await messages(site)).some(message => message.includes('has no such task')))
    expect(await messages(site)).toEqual([`task 'gate' waits for task 'laod' of DAG 'z', which has no such task; see \`longshore dags show z\``])
  })

  it('keeps the last good version in force when a new one names what is not there', async () => {
    const site = await Installation.create('sqlite')
    await site.scheduler()
    await site.dag(PLAIN('a'))
    const before = await findDag(site.database, 'a')
    write(site, 'a', POOLED('a', 'nowhere'))
    await until(async () => (await messages(site)).length === 1)
    expect(await findDag(site.database, 'a')).toMatchObject({ version_key: before?.version_key, is_active: 1 })
  })

  it('leaves the DAG in force when it goes away later', async () => {
    const site = await Installation.create('sqlite')
    await site.scheduler()
    await site.dag(PLAIN('z'))
    await site.dag(WAITS('a', 'z'))
    rmSync(join(site.dags, 'z.yaml'))
    await until(async () => !(await isActive(site, 'z')))
    expect(await isActive(site, 'a')).toBe(true)
    expect(await messages(site)).toEqual([])
  })

  it('does not count when it was refused itself', async () => {
    const site = await Installation.create('sqlite')
    await site.scheduler()
    write(site, 'a', STARTS('a', 'b'))
    write(site, 'b', `${POOLED('b', 'nowhere')}  next: { trigger: { dag: a } }\n`)
    // A file that is read before the other names a DAG that is not there yet: what counts is how it ends.
    for (const problem of [`pool 'nowhere'`, `starts DAG 'b'`]) await until(async () => (await messages(site)).some(message => message.includes(problem)))
    expect(await findDag(site.database, 'a')).toBeUndefined()
  })

  it('is a pool that cannot be deleted while a DAG names it, unless forced', async () => {
    const site = await Installation.create('mysql')
    await site.scheduler()
    await setPool(site.database, { name: 'etl', slots: 1, description: 'one at a time' })
    await site.dag(POOLED('a', 'etl'))
    await expect(removePool(site.database, 'etl', false)).rejects.toMatchObject({ code: 'LS_POOL_IN_USE', message: `pool 'etl' is in use by 'a'` })
    await expect(removePool(site.database, 'etll', false)).rejects.toMatchObject({ code: 'LS_POOL_NOT_FOUND', message: `there is no pool 'etll'; did you mean 'etl'?` })
    expect(await removePool(site.database, 'etl', true)).toEqual({ usedBy: ['a'] })
  })
})
