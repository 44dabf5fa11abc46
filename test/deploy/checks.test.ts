import { expect, it } from 'vitest'
import { complaints, digestsFollow, leftEmpty, onlyChange, stoppedAtOne, undisturbed } from './checks.js'
import type { AttemptFact, ContainerFact, Facts } from './facts.js'

const EVERY = 4_000
const EXPECTED = { schedule: { dag: 'steady', everyMs: EVERY }, pausedBefore: new Map([['steady', false]]) }

const container = (more: Partial<ContainerFact> = {}): ContainerFact => ({ node: 'one', id: 'c1', attempt: '1.1', exitCode: 0, ...more })
const attempt = (more: Partial<AttemptFact> = {}): AttemptFact => ({
  attempt: '1.1', dag: 'steady', run: 'r1', state: 'finished', reason: 'exited', exitCode: 0, container: 'c1', digest: 'old', queuedAt: 10, startedAt: 11, worker: 'one', log: 'l', ...more,
})

/** Two runs, of which nothing can be complained. */
const GOOD: Facts = {
  containers: [container(), container({ id: 'c2', attempt: '2.1' })],
  attempts: [attempt(), attempt({ attempt: '2.1', run: 'r2', container: 'c2' })],
  ledger: ['1.1', '2.1'].flatMap(name => [{ type: 'start', attempt: name } as const, { type: 'end', attempt: name } as const]),
  logs: new Map(['1.1', '2.1'].map(name => [name, ['beat 1', 'beat 2', 'end 2']])),
  runs: [{ dag: 'steady', run: 'r1', type: 'scheduled', state: 'success', date: 0 }, { dag: 'steady', run: 'r2', type: 'scheduled', state: 'success', date: EVERY }],
  paused: new Map([['steady', false]]),
  requests: { answered: 2, failed: [] },
}

it('nothing is complained of where nothing was harmed', () => {
  expect(complaints(GOOD, EXPECTED)).toEqual([])
})

it('nor of an attempt that was given back before anything of it ran', () => {
  const back = attempt({ attempt: '1.2', state: 'released', reason: null, exitCode: null, container: null, digest: null, startedAt: null })
  expect(complaints({ ...GOOD, attempts: [...GOOD.attempts, back] }, EXPECTED)).toEqual([])
  expect(complaints({ ...GOOD, attempts: [...GOOD.attempts, back], containers: [...GOOD.containers, container({ id: 'c3', attempt: '1.2' })] }, EXPECTED)).not.toEqual([])
  expect(complaints({ ...GOOD, attempts: [...GOOD.attempts, back], ledger: [...GOOD.ledger, { type: 'start', attempt: '1.2' }] }, EXPECTED)).not.toEqual([])
})

const [first, second] = GOOD.attempts
it.each<[string, Partial<Facts>, RegExp]>([
  ['a container that no attempt knows', { containers: [...GOOD.containers, container({ id: 'c3', attempt: '3.1' })] }, /c3 on one was started for attempt 3.1 and has 0/],
  ['a container for which another was started', { containers: [...GOOD.containers, container({ id: 'c3', attempt: '1.1' })] }, /attempt 1.1 .* had 2 containers/],
  ['an attempt that was lost', { attempts: [attempt({ state: 'lost', reason: null }), second as AttemptFact] }, /attempt 1.1 of steady r1 is lost/],
  ['an attempt that has not ended', { attempts: [first as AttemptFact, attempt({ attempt: '2.1', state: 'running', container: 'c2' })] }, /is running/],
  ['a container that was terminated', { containers: [container({ exitCode: 143 }), container({ id: 'c2', attempt: '2.1' })] }, /c1 of attempt 1.1 was killed: exit code 143/],
  ['an attempt that was killed', { attempts: [attempt({ exitCode: 137 }), second as AttemptFact] }, /attempt 1.1 was killed: exit code 137/],
  ['an attempt that started twice', { ledger: [...GOOD.ledger, { type: 'start', attempt: '1.1' }] }, /attempt 1.1 started 2 times/],
  ['an attempt that did not come to its end', { ledger: GOOD.ledger.slice(0, -1) }, /attempt 2.1 started 1 times and came to its end 0 times/],
  ['an attempt that nobody knows', { ledger: [...GOOD.ledger, { type: 'start', attempt: '9.1' }, { type: 'end', attempt: '9.1' }] }, /9.1 ran and the database does not know it/],
  ['a gap in a log', { logs: new Map([...GOOD.logs, ['1.1', ['beat 1', 'beat 3', 'end 3']]]) }, /has beat 3 where 2 belongs/],
  ['a line that is there twice', { logs: new Map([...GOOD.logs, ['1.1', ['beat 1', 'beat 1', 'beat 2', 'end 2']]]) }, /has beat 1 where 2 belongs/],
  ['a log that breaks off', { logs: new Map([...GOOD.logs, ['1.1', ['beat 1']]]) }, /breaks off after beat 1/],
  ['a log that is not there', { logs: new Map() }, /attempt 1.1 breaks off after beat 0/],
  ['a run that failed', { runs: GOOD.runs.map(run => ({ ...run, state: 'failed' })) }, /steady r1 is failed/],
  ['a date that is missing', { runs: GOOD.runs.map(run => ({ ...run, date: (run.date ?? 0) * 2 })) }, /comes 8000 ms after/],
  ['a date that is there twice', { runs: [...GOOD.runs, ...GOOD.runs.slice(1)] }, /comes 0 ms after/],
  ['a schedule that made nothing', { runs: [] }, /0 runs by its schedule/],
  ['a DAG that somebody paused', { paused: new Map([['steady', true]]) }, /steady was not paused and is not so any more/],
  ['a request that was refused', { requests: { answered: 5, failed: ['/livez: ECONNREFUSED'] } }, /ECONNREFUSED/],
  ['a prober that did not ask', { requests: { answered: 0, failed: [] } }, /nobody asked/],
])('%s is complained of', (_, change, complaint) => {
  expect(complaints({ ...GOOD, ...change }, EXPECTED).join('\n')).toMatch(complaint)
})

it('what ran runs on as the same process, or has ended well in its container', () => {
  const before = [{ node: 'one', id: 'c1', pid: 7, attempt: '1.1' }]
  expect(undisturbed(before, before, [])).toEqual([])
  expect(undisturbed(before, [], GOOD.attempts)).toEqual([])
  expect(undisturbed(before, [{ node: 'one', id: 'c1', pid: 8, attempt: '1.1' }], GOOD.attempts)).toEqual([expect.stringMatching(/has process 8 and had 7/)])
  expect(undisturbed(before, [], [attempt({ container: 'c9' })])).toHaveLength(1)
  expect(undisturbed(before, [], [attempt({ state: 'lost' })])).toHaveLength(1)
  expect(undisturbed([], [], [])).toHaveLength(1)
})

it('the new image is had after the alias moved and not before', () => {
  const move = { from: 'old', to: 'new', beganAt: 100, heldAt: 200 }
  const row = (digest: string, queuedAt: number): AttemptFact => attempt({ digest, queuedAt, startedAt: queuedAt + 1 })
  expect(digestsFollow([row('old', 50), row('old', 150), row('new', 150), row('new', 250)], move)).toEqual([])
  expect(digestsFollow([row('new', 50), row('old', 60)], move)).toEqual([expect.stringMatching(/had the new image before/)])
  expect(digestsFollow([row('new', 150), row('old', 250)], move)).toEqual([expect.stringMatching(/had the old image/)])
  expect(digestsFollow([row('old', 50)], move)).toEqual([expect.stringMatching(/no attempt had the image new/)])
  expect(digestsFollow([row('old', 50), row('new', 150), row('other', 150)], move)).toEqual([expect.stringMatching(/neither/)])
})

it('a plan that does more than one thing, or another one, is complained of', () => {
  const change = (address: string, action: string): { address: string; change: { actions: string[] } } => ({ address, change: { actions: [action] } })
  expect(onlyChange([change('a', 'create')], 'create', 'a')).toEqual([])
  for (const changes of [[], [change('b', 'create')], [change('a', 'delete')], [change('a', 'create'), change('b', 'delete')]]) expect(onlyChange(changes, 'create', 'a')).toHaveLength(1)
})

it('a node that went with something running, or that had never run anything, is complained of', () => {
  expect(leftEmpty('one', GOOD.containers)).toEqual([])
  expect(leftEmpty('one', [container({ exitCode: null })])).toEqual([expect.stringMatching(/went while container c1 .* ran/)])
  expect(leftEmpty('two', GOOD.containers)).toEqual([expect.stringMatching(/run nothing/)])
})

it('a broken release that went further, or stayed, or was never tried, is complained of', () => {
  const versions = new Map([['one', '2'], ['two', '2']])
  expect(stoppedAtOne(['one'], versions, '3')).toEqual([])
  expect(stoppedAtOne(['one', 'two'], versions, '3')).toHaveLength(1)
  expect(stoppedAtOne([], versions, '3')).toHaveLength(1)
  expect(stoppedAtOne(['one'], new Map([['one', '3']]), '3')).toEqual(['one still has 3'])
})
