import { expect, it } from 'vitest'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import type { WorkerEvent } from '../../shared/protocol/events.js'
import type { Folded } from './fold.js'
import { toldOf } from './told.js'

const event = (type: WorkerEvent['type'], seq: number, startedAt: number | null = null): WorkerEvent => ({ type, seq, worker: 'w', workerName: 'deck', ts: 1_000, startedAt }) as unknown as WorkerEvent
const FOLDED = { update: { startedAt: 1_200, finishedAt: 1_500, reason: 'exited', exitCode: 0 }, transition: null } as unknown as Folded
const tell = (lastSeq: number, events: readonly WorkerEvent[], claimedAt: number | null = null): [string, number | null, number | null][] => (
  toldOf({ last_seq: lastSeq, claimed_at: claimedAt } as AttemptRow, { task_id: 't' } as TaskInstanceRow, 'd', 'etl', events, FOLDED).map(({ type, prepareMs, runtimeMs }) => [type, prepareMs, runtimeMs])
)

it('the start of a quick task is told with its end, once', () => {
  expect(tell(0, [event('claimed', 1), event('finished', 3, 1_200)])).toEqual([['claimed', null, null], ['started', 200, null], ['finished', null, 300]])
  expect(tell(1, [event('finished', 3, 1_200)], 1_100)).toEqual([['started', 100, null], ['finished', null, 300]])
  expect(tell(1, [event('started', 2), event('finished', 3, 1_200)], 1_100)).toEqual([['started', 100, null], ['finished', null, 300]])
  expect(tell(2, [event('finished', 3, 1_200)])).toEqual([['finished', null, 300]])
})

it('what never started is not told as started', () => {
  expect(tell(1, [event('finished', 3)])).toEqual([['finished', null, 300]])
})
