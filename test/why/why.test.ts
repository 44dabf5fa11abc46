import { describe, expect, it } from 'vitest'
import type { Answer } from '../scheduler/scripted-worker.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'
import { until } from '../harness/wait.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { setPaused } from '../../shared/operations/set-paused.js'
import { readQueues, setQueuePaused } from '../../shared/operations/queues.js'
import { writePool } from '../../shared/database/tables/pools.js'
import { Presence } from '../../shared/broker/presence.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { atEnd } from '../harness/cleanup.js'
import type { Reason, ReasonCode } from '../../shared/why/reason.js'
import { why, type Why } from '../../shared/why/why.js'

const dag = (id: string, head: readonly string[], tasks: readonly string[]): string => [`dag: ${id}`, 'schedule: null', ...head, 'tasks:', ...tasks.map(task => `  ${task}`), ''].join('\n')

/** A worker that never answers what is named so. */
const holding = (...names: readonly string[]) => (job: JobPayload): Answer => (names.includes(job.task) ? null : {})

async function ask(site: Installation, id: string, task: string, run = 'manual', more = {}): Promise<Why> {
  return why(site.database, site.config(more), id, run, task)
}

/** Asks until the answer has a reason of this code that holds it back, or tells. */
function asked(site: Installation, id: string, task: string, code: ReasonCode, run = 'manual', more = {}): Promise<Why> {
  let last: Why | undefined
  return until(async () => {
    last = await ask(site, id, task, run, more)
    return find(last.reasons, code) === undefined ? null : last
  }, { describe: () => `${code} of ${id}/${task}: ${JSON.stringify(last, null, 2)}` })
}

function find(reasons: readonly Reason[], code: ReasonCode): Reason | undefined {
  for (const reason of reasons) {
    const found = reason.code === code ? reason : find(reason.children, code)
    if (found !== undefined) return found
  }
  return undefined
}

const must = (found: Why, code: ReasonCode): Reason => {
  const reason = find(found.reasons, code)
  if (reason === undefined) throw new Error(`no ${code} in ${JSON.stringify(found, null, 2)}`)
  return reason
}

describe.each(DIALECTS)('tasks why on %s', dialect => {
  it('names a paused DAG, for a run that has not started and for a task that waits for a slot', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: holding('first') })
    const id = await site.dag(dag('paused', ['maxActiveTasks: 1'], ['first: { image: none }', 'second: { image: none, priorityWeight: 0 }']))
    await site.trigger(id, 'begun')
    await until(async () => (await site.tasks(id, 'begun'))['first']?.state === 'starting')
    await setPaused(site.database, id, true)
    await site.trigger(id, 'new')
    const notStarted = await ask(site, id, 'first', 'new')
    expect(notStarted).toMatchObject({ state: null, runState: 'queued', reasons: [{ code: 'dag_paused', blocks: true }, { code: 'run_next' }] })
    expect(notStarted.answer).toBe("'first' is not started: DAG 'paused' is paused; `longshore dags unpause paused` lets its runs start")
    const slot = await ask(site, id, 'second', 'begun')
    expect(slot.state).toBe('scheduled')
    expect(slot.reasons.filter(({ blocks }) => blocks).map(({ code }) => code)).toEqual(['dag_paused', 'limit_dag'])
  })

  it('counts the runs that hold the run limit, and those that come before', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: holding('only') })
    const id = await site.dag(dag('runs', ['maxActiveRuns: 1'], ['only: { image: none }']))
    await site.trigger(id, 'one')
    await until(async () => (await site.run(id, 'one'))?.state === 'running')
    await site.trigger(id, 'two')
    await site.trigger(id, 'three')
    const found = await asked(site, id, 'only', 'run_limit', 'three')
    expect(must(found, 'run_limit')).toMatchObject({ blocks: true, numbers: { limit: 1, running: 1, before: 1 } })
    expect(found.answer).toBe("'only' is not started: the run is queued: 1 of 1 run of DAG 'runs' is running: one; 1 queued run comes before it")
  })

  it('follows what is upstream down to what runs, with the arithmetic of each trigger rule', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: holding('a') })
    const id = await site.dag(dag('chain', [], [
      'quick: { image: none }', 'a: { image: none, timeout: 1h }', 'b: { image: none, after: [a] }', 'c: { image: none, after: [b, quick], triggerRule: none_failed }',
    ]))
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['quick']?.state === 'success' && worker.jobs.length === 2)
    const { answer, reasons } = await asked(site, id, 'c', 'preparing')
    expect(reasons[0]).toMatchObject({
      code: 'upstream', blocks: true, numbers: { rule: 'none_failed', total: 2, success: 1, failed: 0, upstreamFailed: 0, skipped: 0 },
      children: [
        { code: 'upstream_task', blocks: true, numbers: { task: 'b', state: 'none' }, children: [{ code: 'upstream', children: [{ code: 'upstream_task', numbers: { task: 'a' }, children: [{ code: 'preparing' }, { code: 'worker_away' }, { code: 'lease' }] }] }] },
        { code: 'upstream_task', blocks: false, numbers: { task: 'quick', state: 'success' }, children: [] },
      ],
    })
    expect(reasons[0]?.text).toBe("it waits for 'b' (none); trigger rule none_failed: 1 success, 0 failed, 0 upstream_failed, 0 skipped, 1 to come of 2 upstream")
    expect(answer).toMatch(/^'c' is none: it waits for 'b' \(none\); .*; 'a': worker scripted has had it for \S+ and prepares image none/)
  })

  it('walks from what could not run up to the failure that was first', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'root' ? 3 : 0, detail: job.task === 'root' ? 'disk full' : null }) })
    const id = await site.dag(dag('failing', [], ['root: { image: none }', 'b: { image: none, after: [root] }', 'c: { image: none, after: [b] }']))
    await site.trigger(id)
    await site.ended(id)
    const found = await ask(site, id, 'c')
    expect(found).toMatchObject({ state: 'upstream_failed', runState: 'failed', answer: "'c' is upstream_failed: 'root' failed first: exit code 3: disk full" })
    expect(must(found, 'root_cause')).toMatchObject({ numbers: { task: 'root', state: 'failed' }, children: [{ code: 'failed' }, { code: 'attempt', numbers: { exitCode: 3, class: 'exited', detail: 'disk full', try: 1 } }] })
    expect(must(found, 'trigger_rule').numbers).toMatchObject({ rule: 'all_success', upstreamFailed: 1, total: 1 })
  })

  it('says who holds the slots of a full pool, that a pool is missing, and every other limit with its numbers', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: holding('holder') })
    await writePool(site.database, { name: 'db', slots: 3, description: null })
    await writePool(site.database, { name: 'gone', slots: 1, description: null })
    const holder = await site.dag(dag('owner', [], ['holder: { image: none, pool: db, poolSlots: 2 }']))
    await site.trigger(holder)
    await until(() => worker.jobs.length === 1)
    const id = await site.dag(dag('waiter', ['maxActiveTasks: 5'], ['needy: { image: none, pool: db, poolSlots: 2, priorityWeight: 3 }', 'lost: { image: none, pool: gone }', 'after: { image: none, after: [needy] }']))
    await site.database.query('pools').where({ name: 'gone' }).delete()
    await site.trigger(id)
    const pool = await asked(site, id, 'needy', 'limit_pool')
    expect(pool.answer).toBe("'needy' is scheduled: pool 'db' is full: 2 of 3 slots taken, this needs 2; held by owner/manual/holder (2 slots)")
    expect(pool.reasons.map(({ code, blocks }) => [code, blocks])).toEqual([['limit_pool', true], ['limit_parallelism', false], ['limit_dag', false], ['priority', false]])
    expect(pool.reasons[0]).toMatchObject({ numbers: { used: 2, limit: 3, needs: 2 }, children: [{ code: 'holder', numbers: { dag: 'owner', run: 'manual', task: 'holder', slots: 2 } }] })
    expect(pool.reasons[2]?.numbers).toMatchObject({ used: 0, limit: 5, name: 'waiter' })
    expect(must(pool, 'priority').numbers).toMatchObject({ weight: 4, own: 3, added: 1, rule: 'downstream', before: 0 })
    expect((await asked(site, id, 'lost', 'pool_missing')).answer).toContain("pool 'gone' does not exist, so it has no slots; `longshore pools set gone --slots N` makes it")
    expect((await ask(site, id, 'after')).answer).toMatch(/; 'needy': pool 'db' is full/)
  })

  it('names the task for which free slots of a pool are kept, and not what nothing keeps', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: holding('holder') })
    await writePool(site.database, { name: 'db', slots: 3, description: null })
    const holder = await site.dag(dag('owner', [], ['holder: { image: none, pool: db, poolSlots: 2 }']))
    await site.trigger(holder)
    await until(() => worker.jobs.length === 1)
    // A DAG of its own: nothing of it is active.
    const big = await site.dag(dag('big', [], ['needy: { image: none, pool: db, poolSlots: 2, priorityWeight: 9 }']))
    await site.trigger(big)
    await asked(site, big, 'needy', 'limit_pool')
    const id = await site.dag(dag('small', [], ['one: { image: none, pool: db }']))
    await site.trigger(id)
    const found = await asked(site, id, 'one', 'pool_kept')
    expect(found.answer).toBe("'one' is scheduled: 1 of 3 slots of pool 'db' is free, and kept for big/manual/needy (2 slots), which comes before it and needs more")
    expect(find(found.reasons, 'dispatchable')).toBeUndefined()
    expect(must(found, 'pool_kept')).toMatchObject({ blocks: true, numbers: { used: 2, limit: 3, needs: 1, keptForNeeds: 2 }, children: [{ code: 'holder', numbers: { task: 'needy', state: 'scheduled' } }] })
    expect(find((await ask(site, big, 'needy')).reasons, 'pool_kept')).toBeUndefined()
  })

  it('names who has paused a queue', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('held', [], ['only: { image: none, queue: slow }']))
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['only']?.state === 'queued')
    await setQueuePaused(site.database, site.config(), 'slow', true, 'ada')
    expect((await ask(site, id, 'only')).answer).toMatch(/^'only' is queued: queue 'slow' is paused by ada since \S+ \S+Z: /)
    expect((await readQueues(site.database)).find(({ queue }) => queue === 'slow')).toMatchObject({ paused: true, pausedBy: 'ada' })
    await setQueuePaused(site.database, site.config(), 'slow', false, 'ada')
    expect(find((await ask(site, id, 'only')).reasons, 'queue_paused')).toBeUndefined()
  })

  it('names the limits of the DAG, of the queue, of the task and over everything', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler({ parallelism: 2 })
    const worker = site.worker({ answer: holding('a', 'x') })
    const id = await site.dag(dag('narrow', ['maxActiveTasks: 1'], ['a: { image: none, priorityWeight: 9 }', 'b: { image: none, maxActive: 1 }']))
    await site.trigger(id)
    await until(() => worker.jobs.length === 1)
    expect(must(await asked(site, id, 'b', 'limit_dag', 'manual', { parallelism: 2 }), 'limit_dag')).toMatchObject({ blocks: true, numbers: { used: 1, limit: 1 }, children: [{ code: 'holder', numbers: { task: 'a' } }] })
    expect(must(await ask(site, id, 'b'), 'limit_task')).toMatchObject({ blocks: false, numbers: { used: 0, limit: 1 } })
    await site.database.query('queues').where({ name: 'default' }).update({ max_active: 1 })
    expect(must(await ask(site, id, 'b'), 'limit_queue')).toMatchObject({ blocks: true, numbers: { used: 1, limit: 1, name: 'default' } })
    expect(must(await ask(site, id, 'b', 'manual', { parallelism: 1 }), 'limit_parallelism')).toMatchObject({ blocks: true, numbers: { used: 1, limit: 1 } })
  })

  it('tells the place in the queue, who serves it, and since when nobody does', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('queue', ['maxActiveTasks: 50'], ['low: { image: none, queue: lonely, priorityWeight: 0, startTimeout: 1h }', ...Array.from({ length: 4 }, (_, i) => `high${i}: { image: none, queue: lonely, priorityWeight: 7 }`)]))
    await site.trigger(id)
    await until(async () => Object.values(await site.tasks(id)).every(({ state }) => state === 'queued'))
    await asked(site, id, 'low', 'queue_position')
    const lonely = await until(async () => { const found = await ask(site, id, 'low'); return must(found, 'queue_position').numbers['waiting'] === 5 ? found : null })
    expect(lonely.answer).toBe("'low' is queued: no worker serves queue 'lonely': nobody has for a day; start one with `longshore worker --queues lonely`")
    expect(must(lonely, 'queue_position')).toMatchObject({ blocks: false, numbers: { before: 4, waiting: 5, queue: 'lonely' } })
    expect(must(lonely, 'start_timeout').numbers['leftMs']).toBeGreaterThan(3_500_000)

    const redis = openRedis(commandOptions(site.redis.url))
    atEnd(() => redis.disconnect())
    const presence = new Presence(redis, 'longshore')
    const facts = { id: 'w', name: 'deck', host: 'h', version: '0', pid: 1, slots: 4, active: 4, queues: ['lonely'], startedAt: 0 }
    await presence.announce('lonely', facts)
    expect((await ask(site, id, 'low')).answer).toBe("'low' is queued: queue 'lonely' is served by 1 worker with 0 of 4 slots free")
    await presence.announce('lonely', { ...facts, active: 1 })
    expect(await ask(site, id, 'low')).toMatchObject({ reasons: [{ code: 'workers', blocks: false, numbers: { freeSlots: 3 } }, { code: 'queue_position', blocks: true }, { code: 'start_timeout' }] })
    await presence.leave('lonely', facts)
    expect((await ask(site, id, 'low')).answer).toMatch(/no worker serves queue 'lonely': the last to do so was deck, \S+ ago/)

    expect(await ask(site, id, 'low', 'manual', { redisUrl: 'unix:/nonexistent' })).toMatchObject({ state: 'queued', reasons: [{ code: 'redis_away' }, { code: 'start_timeout' }] })
  })

  it('tells what the pull of its image took, while it runs and afterwards', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: holding('a') })
    const id = await site.dag(dag('pulled', [], ['a: { image: none }']))
    await site.trigger(id)
    const { attempt } = await until(() => worker.jobs[0])
    const end = { ...worker.event(attempt as AttemptId), exitCode: 1 }
    await worker.report({
      v: 1, type: 'started', seq: 2, attempt: end.attempt, worker: end.worker, workerName: end.workerName, boot: end.boot, ts: end.ts, container: 'c0ffee', imageDigest: null, startedAt: end.ts,
      pull: { ms: 41_200, bytes: 327_155_712 },
    })
    expect(must(await asked(site, id, 'a', 'running'), 'running')).toMatchObject({ text: expect.stringContaining(', after its image was pulled (312 MiB in 41s)') as string, numbers: { pullMs: 41_200 } })
    await worker.report(end)
    const { text, numbers } = must(await asked(site, id, 'a', 'attempt'), 'attempt')
    expect(text).toContain(', after its image was pulled (312 MiB in 41s)')
    expect(numbers).toMatchObject({ pullMs: 41_200, pullBytes: 327_155_712 })
  })

  it('counts the tries of a task that waits for the next one', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: () => ({ exitCode: 7 }) })
    const id = await site.dag(dag('retries', [], ['flaky: { image: none, retries: 4, retryDelay: 1h }']))
    await site.trigger(id)
    const found = await asked(site, id, 'flaky', 'retry_due')
    expect(found.state).toBe('up_for_retry')
    expect(must(found, 'retry_due').numbers).toMatchObject({ try: 2, tries: 5 })
    expect(must(found, 'retry_due').numbers['leftMs']).toBeGreaterThan(3_000_000)
    expect(must(found, 'attempt').numbers).toMatchObject({ exitCode: 7, class: 'exited', try: 1, fence: 1 })
    expect(found.answer).toMatch(/^'flaky' is up_for_retry: try 2 of 5 is due in \S+ \(.*Z\); before, exit code 7$/)
  })

  it('says what the last look of a wait saw and when the next one is', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'poke' ? 75 : 0 }) })
    const id = await site.dag(dag('waits', [], [
      'poke: { image: none, pokeInterval: 1h }', 'hour: { wait: { until: 1h }, timeout: 2h }', 'other: { wait: { dag: waits, offset: 24h }, pokeInterval: 1h }',
      'signal: { wait: { event: approved, onTimeout: skip }, timeout: 3h }',
    ]))
    await site.trigger(id)
    expect((await asked(site, id, 'poke', 'looking')).answer).toContain('it waits without a slot; the last look saw: answered "not yet"; it is looked at again in ')
    const texts = { hour: 'it waits for the time 1h', other: "it waits for DAG 'waits' of 1d before", signal: "it waits for the event 'approved'" }
    for (const [task, text] of Object.entries(texts)) expect((await asked(site, id, task, 'looking')).answer).toContain(text)
    const signal = await until(async () => { const found = await ask(site, id, 'signal'); return must(found, 'looking').numbers['seen'] === null ? null : found })
    expect(signal.answer).toMatch(/it waits for the event 'approved'; it is looked at again in /)
  })

  it('asks the run before in the words that decide', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: holding('step') })
    const id = await site.dag(dag('past', ['maxActiveRuns: 5'], ['step: { image: none, dependsOnPast: true }']))
    await site.trigger(id, 'one')
    await until(async () => worker.jobs.length === 1 && (await site.tasks(id, 'one'))['step']?.state === 'starting')
    // The run before is one of the timetable.
    await site.database.query('dag_runs').update({ type: 'scheduled' })
    await site.trigger(id, 'two')
    const found = await asked(site, id, 'step', 'past', 'two')
    expect(found.state).toBe('up_for_reschedule')
    expect(found.answer).toBe("'step' is up_for_reschedule: it depends on the past: 'step' of the run before, one, is starting; it must be success or skipped")
  })

  it('tells how each kind of end came about', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => (job.task === 'fork' ? { result: '"left"' } : { exitCode: job.task === 'skipper' ? 99 : 0 }) })
    const id = await site.dag(dag('ends', [], [
      'fork: { image: none, branch: true }', 'left: { image: none, after: [fork] }', 'right: { image: none, after: [fork] }',
      'skipper: { image: none }', 'follower: { image: none, after: [skipper] }',
    ]))
    await site.trigger(id)
    await site.ended(id)
    expect((await ask(site, id, 'left')).answer).toMatch(/^'left' is success: it ended as success at /)
    const right = await ask(site, id, 'right')
    expect(right.answer).toContain("not followed by branch 'fork'")
    expect(must(right, 'gate').numbers).toMatchObject({ task: 'fork', state: 'success' })
    expect(find(right.reasons, 'trigger_rule')).toBeUndefined()
    expect(must(await ask(site, id, 'skipper'), 'attempt').numbers).toMatchObject({ exitCode: 99 })
    expect(must(await ask(site, id, 'follower'), 'trigger_rule').numbers).toMatchObject({ rule: 'all_success', skipped: 1, total: 1 })
  })

  it('refuses what does not exist, and asks for the index of a mapped task', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: holding('each') })
    const id = await site.dag(dag('mapped', [], ['each: { image: none, map: [1, 2] }', 'after: { image: none, after: [each] }']))
    await site.trigger(id)
    expect((await asked(site, id, 'each[1]', 'preparing')).mapIndex).toBe(1)
    await expect(ask(site, id, 'each')).rejects.toThrow("has no task 'each'; it has each[0], each[1]")
    await expect(ask(site, id, 'aftr')).rejects.toThrow("did you mean 'after'?")
    expect(must(await ask(site, id, 'after'), 'upstream').numbers).toMatchObject({ total: 2, success: 0 })
  })
})
