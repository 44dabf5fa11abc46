import { expect, it } from 'vitest'
import type { Queue, Worker } from '../../api/flower.js'
import type { Health } from '../../api/health.js'
import { concernsOf } from './concerns.js'

const part = { ok: true, error: null as string | null }
const scheduler = { status: 'online', host: 'a', notReady: null as string | null }
const health = (more: object = {}): Health => ({ database: part, broker: part, logStore: part, schedulers: [scheduler], rollout: { halted: [] }, ...more }) as unknown as Health
const worker = (name: string, more: object = {}): Worker => ({ id: name, name, status: 'online', draining: false, refusing: [], queues: ['etl'], ...more }) as unknown as Worker
const queue = (name: string, more: object = {}): Queue => ({ queue: name, waiting: 1, queued: 1, paused: false, pausedBy: null, limit: null, ...more }) as unknown as Queue
const texts = (known: Partial<Parameters<typeof concernsOf>[0]>): string[] => concernsOf({ health: health(), workers: [worker('deck')], queues: [], importErrors: '', isRolloutTold: false, ...known }).map(({ state, text }) => `${state}: ${text}`)

it('says what does not go right by itself, the worst first, and nothing while all is well or nothing is known', () => {
  expect(concernsOf({ health: undefined, workers: undefined, queues: undefined, importErrors: '', isRolloutTold: false })).toEqual([])
  expect(texts({ queues: [queue('etl')] })).toEqual([])
  expect(texts({ importErrors: '1', health: health({ broker: { ok: false, error: 'Redis does not answer; the log says more' }, schedulers: [{ ...scheduler, status: 'gone' }] }) })).toEqual([
    'failed: Redis does not answer', 'failed: no scheduler is there: nothing is scheduled, and no task is started', 'upstream_failed: 1 problem in DAG files: the last good versions stay in force',
  ])
  expect(texts({ health: health({ schedulers: [{ ...scheduler, notReady: 'consumer' }], rollout: { halted: [{ version: '2', why: 'a freeze' }] } }) })).toEqual(['upstream_failed: the scheduler on a is not ready: consumer', 'upstream_failed: the roll-out of 2 is halted: a freeze'])
  expect(texts({ isRolloutTold: true, health: health({ rollout: { halted: [{ version: '2', why: null }] } }) })).toEqual([])
  expect(texts({ workers: ['a', 'b', 'c', 'd'].map(name => worker(name, { status: 'unreachable' })) })).toEqual(['failed: a, b, c and 1 more are not heard of'])
  expect(texts({ workers: [worker('full', { refusing: ['the disk is full'] }), worker('leaving', { draining: true, refusing: ['it is being drained'] })] })).toEqual(['upstream_failed: full takes nothing: the disk is full'])
  expect(texts({ queues: [queue('ml', { queued: 0 }), queue('etl', { paused: true, pausedBy: 'ann' }), queue('etl', { limit: 0 }), queue('rare', { waiting: 0, queued: 0 })] })).toEqual([
    'failed: 1 task waits in ml, which no worker serves', 'upstream_failed: 2 tasks wait in etl, which is paused by ann', 'upstream_failed: 2 tasks wait in etl, which has a limit of 0',
  ])
})
