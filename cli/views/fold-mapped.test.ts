import { expect, it } from 'vitest'
import { foldedTaskTable, taskTable } from './task-table.js'
import type { AttemptView, TaskView } from '../../shared/views/run-view.js'

const attempt = (more: Partial<AttemptView>): AttemptView => ({ worker: 'w1', exitCode: 0, reason: 'exited', detail: null, ...more }) as AttemptView
const task = (name: string, mapIndex: number, state: string, more: Partial<TaskView> = {}): TaskView => ({
  task: name, mapIndex, state, reason: null, tries: 1, kind: 'container', queue: 'etl', container: null, startedAt: null, endedAt: null, durationMs: null, attempts: [], ...more,
})
const lines = (table: string): string[] => table.split('\n').map(line => line.replace(/ {2,}/g, ' | '))

const MAPPED = Array.from({ length: 10 }, (_, index) => task('load', index, index === 3 ? 'failed' : index === 9 ? 'running' : 'success', {
  startedAt: '2026-01-01T00:00:00.000Z', endedAt: index === 9 ? null : '2026-01-01T00:00:05.000Z',
  ...(index === 3 && { tries: 2, reason: 'exit code 3', attempts: [attempt({ exitCode: 3 })] }),
}))

it('the instances of a mapped task share a line with the number in each state, and the reason of the worst', () => {
  expect(lines(foldedTaskTable([task('list', -1, 'success'), ...MAPPED]))).toEqual([
    'TASK | STATE | TRIES | KIND | QUEUE | WORKER | CONTAINER | TOOK | EXIT | CLASS | WHY',
    'list | success | 1 | container | etl',
    'load[0..9] | 10: 8 success, 1 running, 1 failed | 2 | container | etl | exited | [3] exit code 3',
  ])
})

it('how long a mapped task took is from its first start to its last end', () => {
  const done = [task('load', 0, 'success', { startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:05.000Z' }), task('load', 1, 'success', { startedAt: '2026-01-01T00:00:04.000Z', endedAt: '2026-01-01T00:00:10.000Z' })]
  expect(foldedTaskTable(done)).toContain('10.0 s')
})

it('a mapped task of one instance, and every instance when all are asked for, has a line of its own', () => {
  expect(lines(foldedTaskTable([task('load', 0, 'success')]))[1]).toBe('load[0] | success | 1 | container | etl')
  expect(lines(taskTable(MAPPED))).toHaveLength(11)
})

it('the class of a failure is shown: out of memory is not an exit code', () => {
  expect(lines(taskTable([task('a', -1, 'failed', { reason: 'out of memory', attempts: [attempt({ reason: 'oom', exitCode: 137 })] })]))[1]).toBe('a | failed | 1 | container | etl | w1 | 137 | oom | out of memory')
})

it.each(['wait', 'trigger', 'empty'])('a task of kind %s, which no worker runs, has no tries and no queue', kind => {
  expect(lines(taskTable([task('a', -1, 'success', { kind, tries: 0, queue: 'default' })]))[1]).toBe(`a | success | – | ${kind} | –`)
})
