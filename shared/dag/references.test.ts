import { describe, expect, it } from 'vitest'
import { specOf } from '../../test/harness/drafts.js'
import { referencesOf } from './references.js'

describe('what a DAG names outside itself', () => {
  it('are the DAGs that it waits for or starts, and the pools of its tasks', () => {
    const tasks = { a: { wait: { dag: 'x', task: 't' } }, b: { wait: { dag: 'y' } }, c: { trigger: 'z' }, d: {}, e: { pool: null }, f: { wait: { event: 'x' } } }
    expect(referencesOf(specOf(tasks, { defaults: { image: 'i', pool: 'db' } }))).toEqual({
      dags: [{ dag: 'x', task: 't', taskOfOurs: 'a' }, { dag: 'y', task: null, taskOfOurs: 'b' }, { dag: 'z', task: null, taskOfOurs: 'c' }],
      pools: [{ pool: 'db', task: 'd' }],
    })
  })
})
