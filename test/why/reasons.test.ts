import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import type { LaneRow } from '../../shared/database/tables/lanes.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { Usage } from '../../shared/limits/usage.js'
import { runningReasons, startingReasons } from '../../shared/why/active-reasons.js'
import type { WorkerPresence } from '../../shared/broker/presence.js'
import { NO_WISHES, type WorkerWishes } from '../../shared/protocol/wishes.js'
import type { BrokerFacts } from '../../shared/why/broker-facts.js'
import { limitReasons } from '../../shared/why/limit-reasons.js'
import type { QueueHolds } from '../../shared/why/queue-holds.js'
import { queuedReasons } from '../../shared/why/queue-reasons.js'
import { REASONS } from '../../shared/why/reason.js'

const lane: LaneRow = { lane_key: 1, dag_key: 1, queue: 'q', pool: 'p', pool_slots: 2, task_id: 't', task_limit: 3, run_key: 1, map_limit: 2 }
const small = fc.integer({ min: 0, max: 4 })

it('a task that waits for a slot could be dispatched exactly when the limits have room for it', () => {
  fc.assert(fc.property(fc.record({
    parallelism: fc.integer({ min: 1, max: 5 }), dag: small, paused: fc.boolean(), pool: fc.option(small), queue: fc.option(small), lane: fc.constantFrom(lane, { ...lane, pool: null, pool_slots: 1 }, { ...lane, task_limit: null, map_limit: null, task_id: null, run_key: null }),
    active: fc.array(fc.record({ lane: fc.constantFrom(lane, { ...lane, dag_key: 2 }, { ...lane, queue: 'other' }, { ...lane, run_key: 9 }), active: fc.integer({ min: 0, max: 3 }) }), { maxLength: 3 }),
  }), drawn => {
    const pools = new Map(drawn.pool === null ? [] : [['p', drawn.pool]])
    const usage = new Usage({
      parallelism: drawn.parallelism, dags: new Map([[1, { dag_id: 'd', max_active_tasks: drawn.dag, is_paused: Number(drawn.paused) }]]), pools, queues: new Map(drawn.queue === null ? [] : [['q', drawn.queue]]),
    }, drawn.active)
    const reasons = limitReasons({ limits: usage.limitsOf(drawn.lane), pools: new Set(pools.keys()), holders: new Map(), keeper: null })
    expect(reasons.some(({ blocks }) => blocks)).toBe(usage.roomOf(drawn.lane) === 0)
    expect(reasons.some(({ code }) => code === 'dispatchable')).toBe(usage.roomOf(drawn.lane) > 0)
    const firstFree = reasons.findIndex(({ blocks }) => !blocks)
    expect(firstFree === -1 || reasons.slice(firstFree).every(({ blocks }) => !blocks)).toBe(true)
  }))
})

const NOW = 1_800_000_000_000
const attempt = { ti_id: 7, fence: 2, queue: 'q', worker_id: 'w', worker_name: 'deck', container: 'c0ffee00c0ffee00', image: 'analytics:1', queued_at: NOW - 90_000, claimed_at: NOW - 60_000, deadline_at: NOW + 30_000 } as AttemptRow
const instance = { started_at: NOW - 50_000 } as TaskInstanceRow
const worker = { id: 'w', name: 'deck', host: 'h', version: '0', pid: 1, slots: 2, active: 2, queues: ['q'], startedAt: 0, at: NOW }
const broker = (more: Partial<BrokerFacts> = {}): BrokerFacts => ({ job: { kind: 'taken' }, presence: { workers: [worker], lastSeen: null }, leaseMs: 290_000, ...more })
const texts = (reasons: readonly { readonly text: string }[]): string[] => reasons.map(({ text }) => text)

describe('an attempt on a worker', () => {
  it('says where it runs, how long it still may, and until when it is held', () => {
    expect(texts(runningReasons(instance, attempt, { timeout: 80_000 } as never, broker(), NOW))).toEqual([
      'it has been running for 50s on worker deck in container c0ffee00c0ff',
      'it has until 2027-01-15 08:00:30Z (in 30s), then it is stopped: its timeout is 1m20s',
      'its worker holds a lease on it for 4m50s more',
    ])
    expect(runningReasons(instance, { ...attempt, pull_ms: 41_200, pull_bytes: 327_155_712 }, null, broker(), NOW)[0]).toMatchObject({
      text: 'it has been running for 50s on worker deck in container c0ffee00c0ff, after its image was pulled (312 MiB in 41s)', numbers: { pullMs: 41_200, pullBytes: 327_155_712 },
    })
  })

  it('says what it prepares before it runs, and when it is given up', () => {
    expect(texts(startingReasons(attempt, null, broker(), NOW)).slice(0, 2)).toEqual([
      'worker deck has had it for 1m and prepares image analytics:1, which it pulls if it does not have it',
      'it must start before 2027-01-15 08:00:30Z, in 30s, or is given up',
    ])
  })

  it('tells a worker that is away from one that is there, and Redis that is away from both', () => {
    const away = runningReasons(instance, attempt, null, broker({ presence: { workers: [], lastSeen: { name: 'deck', at: NOW - 120_000 } }, leaseMs: null }), NOW)
    expect(away.map(({ code }) => code)).toEqual(['running', 'worker_away', 'lease'])
    expect(away[1]?.text).toContain('has not been heard of for 2m')
    expect(runningReasons(instance, attempt, null, null, NOW).map(({ code }) => code)).toEqual(['running', 'redis_away'])
  })
})

it('a job that Redis has lost holds a task back although workers have slots', () => {
  const free = { workers: [{ ...worker, active: 0 }], lastSeen: null }
  expect(queuedReasons(attempt, broker({ job: { kind: 'missing' }, presence: free }), NOW).filter(({ blocks }) => blocks).map(({ code }) => code)).toEqual(['job_missing'])
  expect(queuedReasons(attempt, broker({ job: { kind: 'waiting', before: 0, waiting: 1 }, presence: free }), NOW).filter(({ blocks }) => blocks).map(({ code }) => code)).toEqual(['queue_position'])
  expect(queuedReasons(attempt, broker({ job: { kind: 'waiting', before: 0, waiting: 1 } }), NOW).filter(({ blocks }) => blocks).map(({ code }) => code)).toEqual(['workers'])
})

const NOBODY_PAUSED = { paused: null, wishes: new Map<string, WorkerWishes>() }
const waiting = { kind: 'waiting', before: 0, waiting: 1 } as const

describe('a queue from which nothing is taken', () => {
  const free = { ...worker, active: 0 }
  const of = (workers: readonly WorkerPresence[], holds: QueueHolds = NOBODY_PAUSED) => queuedReasons(attempt, broker({ job: waiting, presence: { workers, lastSeen: null } }), NOW, holds)
  const blocking = (...args: Parameters<typeof of>) => of(...args).filter(({ blocks }) => blocks).map(({ code, text }) => [code, text])

  it('is told to be paused, by whom and since when, whatever slots its workers have and whether or not they have heard of it', () => {
    const paused = { ...NOBODY_PAUSED, paused: { user: 'ada', at: NOW - 5_000 } }
    const text = "queue 'q' is paused by ada since 2027-01-15 07:59:55Z: no worker takes anything from it; `longshore queues resume q` lets them"
    expect(blocking([free], paused)).toEqual([['queue_paused', text]])
    expect(blocking([{ ...free, paused: ['q'] }], paused)).toEqual([['queue_paused', text]])
    expect(blocking([], paused).map(([code]) => code)).toEqual(['queue_paused', 'no_worker'])
    expect(queuedReasons(attempt, null, NOW, paused).map(({ code }) => code)).toEqual(['queue_paused', 'redis_away', 'start_timeout'])
  })

  it('is told to be held by its workers: paused, drained, or for a reason of their own', () => {
    const wishes = new Map([['w', { ...NO_WISHES, paused: ['*'], pausedBy: { user: 'ada', at: NOW - 5_000 } }]])
    const start = "queue 'q' is served by 1 worker, and nothing is taken from it: deck "
    expect(blocking([free], { ...NOBODY_PAUSED, wishes })).toEqual([['workers_hold_off', `${start}is paused by ada since 2027-01-15 07:59:55Z (\`longshore workers resume deck\`)`]])
    expect(blocking([{ ...free, draining: true, refusing: ['it is being drained'] }])).toEqual([['workers_hold_off', `${start}is being drained`]])
    expect(blocking([{ ...free, refusing: ['the disk is full'] }])).toEqual([['workers_hold_off', `${start}takes nothing: the disk is full`]])
    expect(blocking([{ ...free, paused: ['q'] }])).toEqual([['workers_hold_off', `${start}has not yet heard that the queue was resumed`]])
  })

  it('is not held by one worker while another takes from it; its slots are those that count', () => {
    const other = { ...free, id: 'v', name: 'crane', slots: 5, active: 5 }
    const found = of([{ ...free, draining: true }, other])
    expect(found.filter(({ blocks }) => blocks).map(({ code }) => code)).toEqual(['workers'])
    expect(texts(found).slice(0, 2)).toEqual(["queue 'q' is served by 1 worker with 0 of 5 slots free", '1 other worker takes nothing from it: deck is being drained'])
    expect(blocking([{ ...free, paused: ['another'] }]).map(([code]) => code)).toEqual(['queue_position'])
  })
})

it('docs/why.md explains every code, in the words of the catalogue', () => {
  const rows = [...readFileSync(new URL('../../docs/why.md', import.meta.url), 'utf8').matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text])
  expect(Object.fromEntries(rows)).toMatchObject(REASONS)
  expect(rows.map(([code]) => code).sort()).toEqual(Object.keys(REASONS).sort())
})
