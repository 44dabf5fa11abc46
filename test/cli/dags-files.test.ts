import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { findProcesses } from '../../scripts/lib/processes.mjs'
import type { RunView } from '../../shared/views/run-view.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import { tempDir } from '../harness/temp-dir.js'
import { BROKEN, FAILING, HELLO, Workplace } from './setting.js'

const TYPESCRIPT = `
import { dag } from 'longshore'
export const one = dag('one', { defaults: { kind: 'process' } }, d => { d.task('a', { command: ['true'] }) })
export const two = dag('two', { defaults: { kind: 'process' } }, d => { d.task('a', { command: ['true'] }) })
`

/** A place for temporary files of its own, to see what is left there. */
let temporary: string
let work: Workplace
beforeAll(() => {
  temporary = tempDir('tmp')
  work = new Workplace({ 'hello.yaml': HELLO, 'broken.yaml': BROKEN, 'failing.yaml': FAILING, 'several.ts': TYPESCRIPT }, { env: { TMPDIR: temporary } })
})

describe('dags validate', () => {
  it('needs no installation, and tells what a good file defines', async () => {
    expect(await work.ask('dags', 'validate', 'hello.yaml', 'several.ts')).toEqual([
      { file: 'hello.yaml', ok: true, dags: [{ dag: 'hello', hash: expect.stringMatching(/^[0-9a-f]{64}$/), tasks: 2 }], problems: [] },
      { file: 'several.ts', ok: true, dags: [expect.objectContaining({ dag: 'one' }), expect.objectContaining({ dag: 'two' })], problems: [] },
    ])
  })

  it('prints each problem with its place and exits with 1', async () => {
    const result = await work.run('dags', 'validate', 'hello.yaml', 'broken.yaml')
    expect(result.code).toBe(1)
    expect(result.stdout).toBe("broken.yaml:5:5: [broken/wrong] unknown key 'comand' on task 'wrong'; did you mean 'command'?\n")
    expect((await work.run('dags', 'validate', 'missing.yaml')).code).toBe(1)
  })
})

describe('dags test', () => {
  const leftovers = (): unknown[] => [
    ...readdirSync(temporary), ...findProcesses(({ command }) => command.includes(temporary)),
  ]

  it('runs a DAG to its end without an installation and leaves nothing behind', async () => {
    const result = await work.run('dags', 'test', 'hello.yaml', '--param', 'name=pier', '--json')
    expect(result.stderr).toMatch(/greet +success/)
    expect(result.code).toBe(0)
    expect(result.json<RunView>()).toMatchObject({ dag: 'hello', state: 'success', params: { name: 'pier', times: 1 }, tasks: [{ task: 'greet', state: 'success' }, { task: 'after', state: 'success' }] })
    expect(leftovers()).toEqual([])
  })

  it('shows what a failed task printed and exits with 1', async () => {
    const result = await work.run('dags', 'test', 'failing.yaml')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('the reason is here')
    expect(result.stdout).toMatch(/bad +failed.*\nnever +upstream_failed/)
    expect(leftovers()).toEqual([])
  })

  it('cancels the run at Ctrl-C', async () => {
    work.write('endless.yaml', 'dag: endless\ndefaults: { kind: process }\ntasks:\n  wait:\n    shell: "exec sleep 600"\n')
    const test = await work.start('dags', 'test', 'endless.yaml')
    await expect.poll(() => test.stderr, { timeout: 20_000 }).toMatch(/wait +running/)
    process.kill(test.pid, 'SIGINT')
    expect(await test.exited).toEqual({ code: 1, signal: null })
    expect(test.stdout).toMatch(/wait +cancelled/)
    expect(leftovers()).toEqual([])
  })

  it('has the pools that a DAG names, and says what it waits for that is not there', async () => {
    work.write('pooled.yaml', [
      'dag: pooled', 'defaults: { kind: process }', 'tasks:', '  a: { pool: licences, poolSlots: 3, command: ["true"] }',
      '  other: { wait: { dag: elsewhere }, timeout: 1s }', '  signed: { wait: { event: signed }, timeout: 1s }', '  go: { trigger: elsewhere, after: a }', '',
    ].join('\n'))
    const result = await work.run('dags', 'test', 'pooled.yaml')
    expect(result.stderr).toContain("warning: task 'other' waits for DAG 'elsewhere', which does not run here: it waits until its timeout\n")
    expect(result.stderr).toContain("warning: task 'signed' waits for the event 'signed', which nobody can post here: it waits until its timeout\n")
    expect(result.stderr).toContain("warning: task 'go' starts a run of DAG 'elsewhere', which does not exist here: it fails\n")
    expect(result.stdout).toMatch(/^a +success/m)
    expect(result.code).toBe(1)
    expect(leftovers()).toEqual([])
  })

  it('runs containers, and removes them', async () => {
    const { host, client } = await sharedDocker()
    work.write('container.yaml', `dag: boxed\ndefaults: { image: '${BUSYBOX_IMAGE}', pull: never }\ntasks:\n  a:\n    shell: "echo in a box"\n`)
    const result = await work.run('dags', 'test', 'container.yaml', '--docker-host', host, '--json')
    expect(result.stderr).toMatch(/a +success/)
    const { tasks: [task] } = result.json<RunView>()
    expect(task).toMatchObject({ state: 'success', kind: 'container', container: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const all = await client.listContainers({ all: true })
    expect(all.map(({ Id }) => Id)).not.toContain(task?.container)
  })

  it('wants to know which DAG of several, and refuses files and params that are wrong', async () => {
    const several = await work.run('dags', 'test', 'several.ts')
    expect(several).toMatchObject({ code: 2, stdout: '' })
    expect(several.stderr).toContain('several.ts defines 2 DAGs: one, two')
    expect((await work.run('dags', 'test', 'several.ts', '--dag', 'twoo')).stderr).toContain("did you mean 'two'?")
    expect((await work.run('dags', 'test', 'broken.yaml')).stderr).toContain('error LS_DAG_INVALID: ')
    expect((await work.run('dags', 'test', 'hello.yaml', '--param', 'nam=x')).stderr).toContain('error LS_PARAMS_INVALID: ')
    expect(leftovers()).toEqual([])
  })
})
