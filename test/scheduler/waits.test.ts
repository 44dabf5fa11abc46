import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findDag } from '../../shared/database/tables/dags.js'
import { insertRuns, listRuns } from '../../shared/database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { postEvent, type EventPost } from '../../shared/operations/post-event.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { version } from '../../shared/version.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'tasks:', ...tasks.map(task => `  ${task}`), ''].join('\n')

const DAY = 86_400_000
const DATE = Date.parse('2026-01-02T00:00:00Z')

/** A run for a date, as the timetable makes them, so that runs of several DAGs belong together. */
async function runOf(site: Installation, dagId: string, runId: string, { date = DATE, params = {} }: { readonly date?: number; readonly params?: object } = {}): Promise<void> {
  const row = await until(() => findDag(site.database, dagId))
  await site.database.transact('run', tx => insertRuns(tx, [{
    dag_key: row.dag_key, version_key: row.version_key, run_id: runId, type: 'scheduled', logical_date: date, interval_start: date, interval_end: date, scheduled_for: null, params: JSON.stringify(params), due_at: date,
  }]))
  await wakeSchedulers(site.config())
}

const instance = async (site: Installation, dagId: string, task: string, runId = 'manual'): Promise<TaskInstanceRow | undefined> => (await site.tasks(dagId, runId))[task]

/** Waits until the scheduler has looked at a task, registered what it waits for, and said so. */
const waiting = (site: Installation, dagId: string, task: string, says: string, runId = 'manual'): Promise<TaskInstanceRow> => until(async () => {
  const row = await instance(site, dagId, task, runId)
  return row?.state === 'up_for_reschedule' && row.reason?.includes(says) === true ? row : undefined
}, { timeout: 15_000, describe: `${dagId}.${task} to say '${says}'` }) as Promise<TaskInstanceRow>

async function post(site: Installation, name: string, more: Partial<EventPost> = {}): Promise<number> {
  const count = await postEvent(site.database, { name, run: null, payload: 'null', isRejected: false, by: 'ada', ...more })
  await wakeSchedulers(site.config())
  return count
}

describe.each(DIALECTS)('a wait for a time on %s', dialect => {
  it('ends at the instant, to the second and not at the next poke', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_000)
    const id = await site.dag(dag('time', [`w: { wait: { until: "${at.toISOString()}" }, pokeInterval: 1h }`]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['w']?.ended_at).toBeGreaterThanOrEqual(at.getTime())
    expect(tasks['w']?.ended_at).toBeLessThan(at.getTime() + 1_000)
  })

  it('does not wait for what is past', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('past', ['w: { wait: { until: "2020-01-01" } }']))
    await site.trigger(id)
    expect((await site.ended(id)).tasks['w']).toMatchObject({ state: 'success', reason: 'it is past 2020-01-01T00:00:00+00:00' })
  })

  it('fails, or is skipped where the author says so, when its timeout passes first', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('late', [
      'f: { wait: { until: "2999-01-01" }, timeout: 1s }', 's: { wait: { until: "2999-01-01", onTimeout: skip }, timeout: 1s }', 'e: { wait: { event: never, onTimeout: skip }, timeout: 1s, pokeInterval: 1h }',
    ]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['f']).toMatchObject({ state: 'failed', reason: 'waited longer than its timeout of 1s: waits until 2999-01-01T00:00:00+00:00' })
    expect(tasks['s']?.state).toBe('skipped')
    expect(tasks['e']).toMatchObject({ state: 'skipped', reason: "waited longer than its timeout of 1s: waits for the event 'never'" })
    for (const task of Object.values(tasks)) expect((task.ended_at ?? 0) - (task.started_at ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  it('fails a task whose template cannot be rendered, and says which', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('wrong', ['w: { wait: { until: "{{ params.when }}" } }', 'x: { wait: { until: "2020-01-01" } }'], ['params: { when: { type: string, default: soon } }']))
    await runOf(site, id, 'manual', { params: { when: 'soon' } })
    const { tasks } = await site.ended(id)
    expect(tasks['w']?.state).toBe('failed')
    expect(tasks['w']?.reason).toContain("LS_TEMPLATE: 'wait.until' on task 'w'")
    expect(tasks['x']?.state).toBe('success')
  })
})

describe.each(DIALECTS)('a wait for another DAG on %s', dialect => {
  it('follows the end of its run at once, however long the poke interval', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async () => { await gate; return {} } })
    const up = await site.dag(dag('up', ['a: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up }, pokeInterval: 1h }']))
    await runOf(site, up, 'u')
    await runOf(site, down, 'd')
    await waiting(site, down, 'w', 'run u of DAG', 'd')
    // Its second look is past: only the news of the end can wake it now.
    await until(async () => ((await instance(site, down, 'w', 'd'))?.due_at ?? 0) > Date.now() + 60_000)
    finish()
    const { tasks } = await site.ended(up, 'u')
    const ended = (await site.ended(down, 'd', { timeout: 5_000 })).tasks['w']
    expect(ended).toMatchObject({ state: 'success', reason: "run u of DAG 'up' is success" })
    expect((ended?.ended_at ?? 0) - (tasks['a']?.ended_at ?? 0)).toBeLessThan(1_000)
  })

  it('follows one task of it while its run goes on', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async job => { if (job.task === 'b') return null; await gate; return {} } })
    const up = await site.dag(dag('up', ['a: { image: none }', 'b: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up, task: a }, pokeInterval: 1h }']))
    await runOf(site, down, 'd')
    await waiting(site, down, 'w', "DAG 'up' has no run with the logical date 2026-01-02T00:00:00.000Z", 'd')
    await runOf(site, up, 'u')
    await waiting(site, down, 'w', "'a' is", 'd')
    await until(async () => ((await instance(site, down, 'w', 'd'))?.due_at ?? 0) > Date.now() + 60_000)
    finish()
    expect((await site.ended(down, 'd', { timeout: 5_000 })).tasks['w']).toMatchObject({ state: 'success', reason: "task 'a' came through in run u of DAG 'up'" })
    expect((await site.run(up, 'u'))?.state).toBe('running')
  })

  it('looks at the run of an earlier date with an offset, and not at the others', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => (job.run === 'before' ? {} : null) })
    const up = await site.dag(dag('up', ['a: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up, offset: 1d } }', 'same: { wait: { dag: up }, timeout: 3s }']))
    await runOf(site, up, 'before', { date: DATE - DAY })
    await runOf(site, up, 'same')
    await runOf(site, down, 'd')
    const { tasks } = await site.ended(down, 'd')
    expect(tasks['w']).toMatchObject({ state: 'success', reason: "run before of DAG 'up' is success" })
    expect(tasks['same']).toMatchObject({ state: 'failed', reason: "waited longer than its timeout of 3s: run same of DAG 'up' is running; it must be success" })
  })

  it('says that its DAG is gone, and goes on when it is back', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    const up = await site.dag(dag('up', ['a: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up }, pokeInterval: 1s }']))
    rmSync(join(site.dags, 'up.yaml'))
    await until(async () => (await findDag(site.database, up))?.is_active === 0)
    await runOf(site, down, 'd')
    await waiting(site, down, 'w', 'the DAG is in no DAG file any more, it was in up.yaml', 'd')
    await site.dag(dag('up', ['b: { image: none }']))
    await runOf(site, up, 'u')
    expect((await site.ended(down, 'd')).state).toBe('success')
  })
})

describe.each(DIALECTS)('a wait for an event on %s', dialect => {
  it('ends with the first event since it began, and hands its payload on', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('approval', ['w: { wait: { event: "ok:{{ run_id }}" }, pokeInterval: 1h }', 'a: { image: none, after: w, env: { WHO: "{{ results.w.who }}" } }']))
    expect(await post(site, 'ok:manual', { payload: '{"who":"nobody"}' })).toBe(0)
    await site.trigger(id)
    await waiting(site, id, 'w', "waits for the event 'ok:manual'")
    expect(await post(site, 'ok:other', { payload: '1' })).toBe(0)
    expect(await post(site, 'ok:manual', { payload: '{"who":"ada"}' })).toBe(1)
    await post(site, 'ok:manual', { payload: '{"who":"too late"}', isRejected: true })
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['w']?.reason).toBe("event 'ok:manual' was posted by ada")
    expect(worker.jobs[0]?.env['WHO']).toBe('ada')
  })

  it('hears only of its own run what was posted for one run', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('approval', ['w: { wait: { event: ok }, pokeInterval: 1s }']))
    await site.trigger(id, 'one')
    await site.trigger(id, 'two')
    await waiting(site, id, 'w', 'waits for', 'one')
    await waiting(site, id, 'w', 'waits for', 'two')
    expect(await post(site, 'ok', { run: { dag: id, run: 'two' } })).toBe(1)
    expect((await site.ended(id, 'two')).state).toBe('success')
    const before = await instance(site, id, 'w', 'one')
    const again = await until(async () => { const row = await instance(site, id, 'w', 'one'); return row?.due_at !== before?.due_at ? row : undefined })
    expect(again?.state).toBe('up_for_reschedule')
    await post(site, 'ok')
    expect((await site.ended(id, 'one')).state).toBe('success')
  })

  it('fails the task when it is rejected, and says by whom and why', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('approval', ['w: { wait: { event: ok }, pokeInterval: 1h }']))
    await site.trigger(id)
    await waiting(site, id, 'w', 'waits for')
    await post(site, 'ok', { isRejected: true, payload: '"numbers are off"' })
    expect((await site.ended(id)).tasks['w']).toMatchObject({ state: 'failed', reason: `event 'ok' was rejected by ada: "numbers are off"` })
  })

  it('takes a branch by its payload, and fails when that names nothing downstream', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('choice', ['w: { wait: { event: "go:{{ run_id }}" }, branch: true, pokeInterval: 1h }', 'yes: { kind: empty, after: w }', 'no: { kind: empty, after: w }']))
    await site.trigger(id, 'right')
    await site.trigger(id, 'wrong')
    await waiting(site, id, 'w', 'waits for', 'right')
    await waiting(site, id, 'w', 'waits for', 'wrong')
    await post(site, 'go:right', { payload: '"yes"' })
    await post(site, 'go:wrong', { payload: '"maybe"' })
    const { tasks } = await site.ended(id, 'right')
    expect([tasks['w']?.state, tasks['yes']?.state, tasks['no']?.state]).toEqual(['success', 'success', 'skipped'])
    const wrong = (await site.ended(id, 'wrong')).tasks['w']
    expect(wrong?.state).toBe('failed')
    expect(wrong?.reason).toContain('LS_BRANCH')
  })

  it('is refused when its name or payload is wrong, or its run does not exist', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('approval', ['w: { kind: empty }']))
    await expect(post(site, 'two words')).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { payload: '{' })).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { payload: '[1e999]' })).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { payload: JSON.stringify('x'.repeat(70_000)) })).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { run: { dag: 'other', run: 'x' } })).rejects.toMatchObject({ code: 'LS_DAG_NOT_FOUND' })
    await expect(post(site, 'ok', { run: { dag: id, run: 'x' } })).rejects.toMatchObject({ code: 'LS_RUN_NOT_FOUND' })
  })
})

describe.each(DIALECTS)('a trigger on %s', dialect => {
  const started = (site: Installation, target: string, source: TaskInstanceRow | undefined, number: number) => until(() => site.run(target, `triggered__${source?.ti_id ?? 0}.${number}`), { describe: `run ${number} of ${target}` })

  it('starts one run with its params and is done', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const target = await site.dag(dag('target', ['a: { image: none, env: { N: "{{ params.n }}", DAY: "{{ params.day }}" } }'], ['params: { n: { type: integer }, day: { type: string } }', 'deadline: 1h']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, params: { n: "{{ params.count }}", day: "{{ ds }}" } } }'], ['params: { count: { type: integer, default: 3 } }']))
    await runOf(site, id, 'r', { params: { count: 3 } })
    const { state, tasks } = await site.ended(id, 'r')
    expect(state).toBe('success')
    const run = await started(site, target, tasks['t'], 1)
    expect(run).toMatchObject({ type: 'manual', reason: 'triggered by source/r/t', params: '{"n":3,"day":"2026-01-02"}' })
    expect(run.deadline_at).toBe(run.due_at + 3_600_000)
    expect((await site.ended(target, run.run_id)).state).toBe('success')
    expect(worker.jobs.map(({ env }) => [env['N'], env['DAY']])).toEqual([['3', '2026-01-02']])
  })

  it('with wait ends as its run does, a moment after it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async () => { await gate; return {} } })
    const target = await site.dag(dag('target', ['a: { image: none }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true } }']))
    await site.trigger(id)
    const row = await waiting(site, id, 't', `run triggered__${(await until(() => instance(site, id, 't'))).ti_id}.1 of DAG 'target' is running`)
    await until(async () => ((await instance(site, id, 't'))?.due_at ?? 0) > Date.now() + 20_000)
    finish()
    const { tasks } = await site.ended(target, `triggered__${row.ti_id}.1`)
    const ended = (await site.ended(id, 'manual', { timeout: 5_000 })).tasks['t']
    expect(ended?.state).toBe('success')
    expect((ended?.ended_at ?? 0) - (tasks['a']?.ended_at ?? 0)).toBeLessThan(1_000)
  })

  it('starts a new run for each try, and fails when they are used up', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => ({ exitCode: 1 }) })
    const target = await site.dag(dag('target', ['a: { image: none }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true }, retries: 1, retryDelay: 10ms }']))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['t']).toMatchObject({ state: 'failed', try_number: 2, reason: `run triggered__${tasks['t']?.ti_id ?? 0}.2 of DAG 'target' is failed` })
    expect(await started(site, target, tasks['t'], 1)).toMatchObject({ state: 'failed' })
    expect(worker.jobs).toHaveLength(2)
  })

  it('says what is wrong with its params, and uses its tries for that too', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const target = await site.dag(dag('target', ['a: { image: none }'], ['params: { n: { type: integer } }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, params: { n: many } }, retries: 1, retryDelay: 10ms }', 'none: { trigger: { dag: target } }']))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(tasks['t']).toMatchObject({ state: 'failed', try_number: 2, reason: "LS_PARAMS_INVALID: param 'n' must be of type integer, not 'many'" })
    expect(tasks['none']).toMatchObject({ state: 'failed', reason: "LS_PARAMS_INVALID: param 'n' is required" })
    expect(await site.run(target, `triggered__${tasks['t']?.ti_id ?? 0}.1`)).toBeUndefined()
  })

  it('can be mapped, and start runs of its own DAG', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const target = await site.dag(dag('self', ['t: { trigger: { dag: self, params: { left: [] } }, map: params.left }'], ['params: { left: { type: array, default: [1, 2, 3] } }']))
    await runOf(site, target, 'r', { params: { left: [1, 2, 3] } })
    expect((await site.ended(target, 'r')).state).toBe('success')
    await until(async () => (await listRuns(site.database, { dagId: target, limit: 10 })).filter(run => run.state === 'success').length === 4)
  })
})

/** A server that answers as the test says, and remembers what it was asked. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ readonly url: string; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = []
  const http = createServer((request, response) => { asked.push(request); answer(request, response) })
  await new Promise<void>(resolve => { http.listen(0, '127.0.0.1', resolve) })
  onTestFinished(async () => {
    http.closeAllConnections()
    await new Promise(resolve => { http.close(resolve) })
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked }
}

describe.each(DIALECTS)('a wait for an answer over HTTP on %s', dialect => {
  it('asks again until status and text are as wanted', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const { url, asked } = await server((_, response) => {
      if (asked.length === 1) response.writeHead(503).end()
      else response.writeHead(200).end(asked.length === 2 ? 'working on 2026-01-02' : 'done: 2026-01-02')
    })
    const id = await site.dag(dag('http', [`w: { wait: { http: "${url}/days/{{ ds }}?key=secret", headers: { x-day: "{{ ds }}" }, contains: "done: {{ ds }}" }, pokeInterval: 1s }`]))
    await runOf(site, id, 'r')
    await waiting(site, id, 'w', `${url}/days/2026-01-02 answered 503; it must be 200 to 299`, 'r')
    await waiting(site, id, 'w', `${url}/days/2026-01-02 answered 200 without 'done: 2026-01-02'`, 'r')
    expect((await site.ended(id, 'r')).tasks['w']).toMatchObject({ state: 'success', reason: `${url}/days/2026-01-02 answered 200 with 'done: 2026-01-02'` })
    expect(asked).toHaveLength(3)
    expect(asked[0]?.headers).toMatchObject({ 'x-day': '2026-01-02', 'user-agent': `longshore/${version()}` })
  })

  it('takes what cannot be asked for "not yet", and times out', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const { url } = await server((_, response) => { response.destroy() })
    const id = await site.dag(dag('http', ['w: { wait: { http: "http://127.0.0.1:1/" }, timeout: 2s, pokeInterval: 1s }', `c: { wait: { http: "${url}", onTimeout: skip }, timeout: 2s, pokeInterval: 1s }`]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(tasks['w']).toMatchObject({ state: 'failed' })
    expect(tasks['w']?.reason).toMatch(/^waited longer than its timeout of 2s: http:\/\/127\.0\.0\.1:1\/ could not be asked: /)
    expect(tasks['c']?.state).toBe('skipped')
  })

  it('neither delays other waits nor other questions while many servers are slow', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const slow = await server(() => {})
    const fast = await server((_, response) => { response.end('ok') })
    const stuck = await site.dag(dag('stuck', Array.from({ length: 15 }, (_, i) => `w${i}: { wait: { http: "${slow.url}" } }`)))
    await site.trigger(stuck)
    await until(() => slow.asked.length === 15)
    const quick = await site.dag(dag('quick', [`h: { wait: { http: "${fast.url}" } }`, 't: { wait: { until: "2020-01-01" } }']))
    await site.trigger(quick)
    expect((await site.ended(quick, 'manual', { timeout: 5_000 })).state).toBe('success')
    expect(slow.asked).toHaveLength(15)
  })

  it('never has more than 20 questions open', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let open = 0
    let most = 0
    const { url } = await server((_, response) => {
      most = Math.max(most, (open += 1))
      setTimeout(() => { open -= 1; response.end() }, 50)
    })
    const id = await site.dag(dag('many', ['w: { wait: { http: "URL/{{ item }}" }, map: params.all }'.replace('URL', url)], [`params: { all: { type: array, default: [${Array.from({ length: 50 }, (_, i) => i).join(', ')}] } }`]))
    await runOf(site, id, 'r', { params: { all: Array.from({ length: 50 }, (_, i) => i) } })
    expect((await site.ended(id, 'r')).state).toBe('success')
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(20)
  })
})

describe.each(DIALECTS)('waiting on %s', dialect => {
  it('holds no slot: with room for one, what is runnable runs', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler({ parallelism: 1 })
    const worker = site.worker({ answer: job => (job.task === 'poked' ? { exitCode: 75 } : {}) })
    await site.dag(dag('target', ['stuck: { wait: { event: never } }']))
    const id = await site.dag(dag('all', [
      'time: { wait: { until: "2999-01-01" } }', 'event: { wait: { event: never } }', 'start: { trigger: { dag: target, wait: true } }', 'poked: { image: none, pokeInterval: 1h }',
      'run: { image: none }', 'then: { image: none, after: run }',
    ], ['maxActiveTasks: 1']))
    await site.trigger(id)
    await until(async () => (await instance(site, id, 'then'))?.state === 'success')
    expect(worker.jobs.map(job => job.task).sort()).toEqual(['poked', 'run', 'then'])
    for (const task of ['time', 'event', 'start', 'poked']) expect((await instance(site, id, task))?.state).toBe('up_for_reschedule')
  })

  it('goes through three runs in order with dependsOnPast, of tasks that run and of waits', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    const worker = site.worker({ answer: async job => { if (job.run === 'r1') await gate; return {} } })
    const id = await site.dag(dag('past', ['a: { image: none, dependsOnPast: true }', 'w: { wait: { event: "go:{{ run_id }}" }, dependsOnPast: true, pokeInterval: 1h }']))
    for (const day of [1, 2, 3]) await runOf(site, id, `r${day}`, { date: DATE + day * DAY })
    await waiting(site, id, 'a', "depends on past: 'a' of the run before, r2", 'r3')
    await waiting(site, id, 'w', "depends on past: 'w' of the run before, r1", 'r2')
    await waiting(site, id, 'w', 'waits for the event', 'r1')
    // Two of them wait for the past; their event is none of theirs yet.
    await post(site, 'go:r2')
    expect((await instance(site, id, 'w', 'r2'))?.started_at).toBeNull()
    finish()
    for (const run of ['r1', 'r2', 'r3']) {
      await waiting(site, id, 'w', `waits for the event 'go:${run}'`, run)
      await post(site, `go:${run}`)
      expect((await site.ended(id, run, { timeout: 5_000 })).state).toBe('success')
    }
    expect(worker.jobs.map(job => job.run)).toEqual(['r1', 'r2', 'r3'])
  })

  it('waits for what follows the task in the run before with waitForDownstream', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    const worker = site.worker({ answer: async job => { if (job.run === 'r1' && job.task === 'b') await gate; return {} } })
    const id = await site.dag(dag('past', ['a: { image: none, waitForDownstream: true }', 'b: { image: none, after: a }']))
    await runOf(site, id, 'r1', { date: DATE })
    await runOf(site, id, 'r2', { date: DATE + DAY })
    await waiting(site, id, 'a', "depends on past: 'b' of the run before, r1", 'r2')
    finish()
    expect((await site.ended(id, 'r2', { timeout: 8_000 })).state).toBe('success')
    expect(worker.jobs.map(job => `${job.run}.${job.task}`)).toEqual(['r1.a', 'r1.b', 'r2.a', 'r2.b'])
  })

  it('goes on under the next scheduler, which doubles nothing', async () => {
    const site = await Installation.create(dialect)
    const first = await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const target = await site.dag(dag('target', ['a: { image: none }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true } }', 'w: { wait: { event: ok }, pokeInterval: 1h }', 'h: { wait: { until: "2999-01-01" } }']))
    await site.trigger(id)
    await until(() => worker.jobs.length === 1)
    await waiting(site, id, 'w', 'waits for')
    await first.stop()
    await post(site, 'ok')
    await site.scheduler()
    await until(async () => (await instance(site, id, 'w'))?.state === 'success')
    await worker.report(worker.event(worker.jobs[0]?.attempt as AttemptId))
    await until(async () => (await instance(site, id, 't'))?.state === 'success')
    expect(await listRuns(site.database, { dagId: target, limit: 10 })).toHaveLength(1)
  })

  it('of each instance of a map goes by its own item', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('files', ['w: { wait: { event: "file:{{ item }}" }, map: params.files, pokeInterval: 1h }', 'all: { image: none, after: w, env: { GOT: "{{ results.w | json }}" } }'], ['params: { files: { type: array, default: [a, b] } }']))
    await runOf(site, id, 'r', { params: { files: ['a', 'b'] } })
    await until(async () => (await site.database.query('task_instances').whereIn('wait_key', ['event:file:a', 'event:file:b'])).length === 2)
    await post(site, 'file:b', { payload: '"B"' })
    await post(site, 'file:a', { payload: '"A"' })
    expect((await site.ended(id, 'r')).state).toBe('success')
    expect(worker.jobs[0]?.env['GOT']).toBe('["A","B"]')
  })
})

it('four schedulers start one run for each of many triggers', async () => {
  const site = await Installation.create('mysql')
  for (let i = 0; i < 4; i += 1) await site.scheduler()
  const target = await site.dag(dag('target', ['a: { kind: empty }'], ['maxActiveRuns: 100']))
  const all = Array.from({ length: 30 }, (_, i) => i)
  const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true }, map: params.all }'], [`params: { all: { type: array, default: [${all.join(', ')}] } }`]))
  await runOf(site, id, 'r', { params: { all } })
  const config = site.config()
  // Told again and again, so that all four look at the same instances in the same moment.
  await until(async () => { await wakeSchedulers(config); return (await site.run(id, 'r'))?.state === 'success' }, { timeout: 50_000 })
  expect(await listRuns(site.database, { dagId: target, limit: 1_000 })).toHaveLength(30)
}, 60_000)
