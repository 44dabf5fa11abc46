import { describe, expect, it } from 'vitest'
import { parseChanges, runsChanged, topicsChanged } from './changes.js'
import { GatheredChanges } from './gathered-changes.js'

describe('gathered changes', () => {
  it('tell of each instance its newest state, and begin anew when they are taken', () => {
    const changes = new GatheredChanges()
    expect(changes.take()).toBeNull()
    changes.task('d', 'r', 't', -1, 'queued', 1)
    changes.task('d', 'r', 't', -1, 'running', 1)
    changes.task('d', 'r', 't', 0, 'queued', 2)
    changes.run('d', 'r', 'failed')
    changes.topic('dags')
    const taken = changes.take()
    expect(taken).toEqual({ v: 1, topics: ['dags'], runs: [{ dag: 'd', run: 'r', state: 'failed', much: false, tasks: [['t', -1, 'running', 1], ['t', 0, 'queued', 2]] }] })
    expect(parseChanges(JSON.stringify(taken))).toEqual(taken)
    expect(changes.take()).toBeNull()
  })

  it('say of a run with more than 200 that much changed, and stay small whatever changes', () => {
    const changes = new GatheredChanges()
    for (let map = 0; map < 201; map += 1) changes.task('d', 'large', 't', map, 'queued', 1)
    changes.task('d', 'small', 't', -1, 'queued', 1)
    expect(changes.take()?.runs).toEqual([{ dag: 'd', run: 'large', state: null, tasks: [], much: true }, { dag: 'd', run: 'small', state: null, tasks: [['t', -1, 'queued', 1]], much: false }])
    for (let run = 0; run < 10_000; run += 1) for (let map = 0; map < 10; map += 1) changes.task('d', `run-${run}`, 't', map, 'queued', 1)
    const { runs = [], topics = [] } = changes.take() ?? {}
    expect(runs).toHaveLength(500)
    expect(runs.flatMap(({ tasks }) => tasks)).toHaveLength(2_000)
    expect(runs.every(({ tasks, much }) => much === (tasks.length === 0))).toBe(true)
    // For those that did not fit.
    expect(topics).toEqual(['*'])
  })
})

it('what a person does to many runs at once is one word about their DAG', () => {
  expect(runsChanged('d', ['a']).runs).toMatchObject([{ run: 'a', much: true }])
  expect(runsChanged('d', Array.from({ length: 201 }, (_, index) => `r${index}`))).toEqual(topicsChanged('dags', 'dag:d'))
})

it('nothing that is not a change is taken for one', () => {
  for (const text of ['', '{', '{}', '[]', '{"v":2,"runs":[],"topics":[]}', '{"v":1,"runs":[{}],"topics":[]}', '{"v":1,"runs":[],"topics":[1]}']) expect(parseChanges(text)).toBeNull()
})
