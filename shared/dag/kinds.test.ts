import { describe, expect, it } from 'vitest'
import { messagesOf, taskOf } from '../../test/harness/drafts.js'

const wait = { event: 'x' }
const meaningless = (key: string, kind: string): string => `'${key}' on task 'a' has no meaning for kind: ${kind}; remove it`

describe('the kind of a task', () => {
  it('is implied by what it waits for or starts', () => {
    expect(taskOf('a', { a: { wait } }).kind).toBe('wait')
    expect(taskOf('a', { a: { trigger: 'other' } }).kind).toBe('trigger')
    expect(taskOf('a', { a: { wait } }, { defaults: { kind: 'process', command: ['x'] } })).toMatchObject({ kind: 'wait', command: null })
  })

  it('may be written besides, and must not contradict', () => {
    expect(taskOf('a', { a: { kind: 'wait', wait } }).kind).toBe('wait')
    expect(messagesOf({ a: { kind: 'container', wait } })).toEqual([meaningless('wait', 'container')])
    expect(messagesOf({ a: { kind: 'trigger', wait, trigger: 'x' } })).toEqual([meaningless('wait', 'trigger')])
    expect(messagesOf({ a: { wait, trigger: 'x' } })).toEqual([meaningless('trigger', 'wait')])
    expect(messagesOf({ a: { kind: 'wait' } })).toEqual(["task 'a' has nothing to wait for; give it a 'wait'"])
    expect(messagesOf({ a: { kind: 'trigger' } })).toEqual(["task 'a' has nothing to start; give it a 'trigger'"])
  })

  it('is not what every task of a DAG can share, unless they run', () => {
    expect(messagesOf({ a: {} }, { defaults: { kind: 'empty' } })[0]).toBe("'kind' on the defaults of DAG 'team.load' must be one of container, process, not 'empty'")
  })

  it('is none of what was left undefined', () => {
    expect(taskOf('a', { a: { wait: undefined, trigger: undefined } }).kind).toBe('container')
  })
})

describe('what has no meaning for a kind', () => {
  it.each(['image', 'command', 'shell', 'env', 'queue', 'pool', 'maxActive', 'weightRule', 'retries', 'retryDelay', 'timeout', 'startTimeout', 'skipExitCodes', 'stopGrace', 'pokeInterval', 'result'])("is refused on an empty task: '%s'", key => {
    const value: Readonly<Record<string, unknown>> = {
      command: ['x'], env: { A: 1 }, maxActive: 1, weightRule: 'absolute', retries: 1, skipExitCodes: [1], result: true,
      ...Object.fromEntries(['retryDelay', 'timeout', 'startTimeout', 'stopGrace', 'pokeInterval'].map(name => [name, '1m'])),
    }
    expect(messagesOf({ a: { kind: 'empty', [key]: value[key] ?? 'x' } })).toEqual([meaningless(key, 'empty')])
  })

  it('is refused on a wait and on a trigger', () => {
    expect(messagesOf({ a: { wait, image: 'x', queue: 'y', retries: 1 } })).toEqual([meaningless('image', 'wait'), meaningless('queue', 'wait'), meaningless('retries', 'wait')])
    expect(messagesOf({ a: { trigger: 'x', image: 'x', pool: 'y', pokeInterval: '1m' } })).toEqual([meaningless('image', 'trigger'), meaningless('pool', 'trigger'), meaningless('pokeInterval', 'trigger')])
    expect(messagesOf({ a: { wait: { until: '1h' }, branch: true }, b: { after: 'a' } })).toEqual(["'branch' on task 'a' has no meaning beside this wait: only an event brings a result; remove it"])
    expect(messagesOf({ a: { wait, map: { over: [1], maxActive: 1 } } })).toEqual(["'map.maxActive' on task 'a' has no meaning for kind: wait, which holds no slot; remove it"])
  })

  it('is kept from a task when it stands in the defaults', () => {
    const defaults = {
      image: 'i', command: ['x'], env: { A: 1 }, queue: 'etl', pool: 'p', poolSlots: 2, maxActive: 1, retries: 3, timeout: '1h', skipExitCodes: [], weightRule: 'absolute', labels: { a: 'b' }, result: true,
    }
    const nothing = { image: null, command: null, env: {}, queue: 'default', pool: null, poolSlots: 1, maxActive: null, skipExitCodes: [99], weightRule: 'downstream', labels: {}, result: false }
    expect(taskOf('a', { a: { kind: 'empty' } }, { defaults })).toMatchObject({ ...nothing, retries: 0, timeout: null })
    expect(taskOf('a', { a: { wait: { until: '1h' } } }, { defaults })).toMatchObject({ ...nothing, retries: 0, timeout: 3_600_000 })
    expect(taskOf('a', { a: { trigger: { dag: 'x', wait: true } } }, { defaults })).toMatchObject({ ...nothing, retries: 3, timeout: 3_600_000 })
    expect(taskOf('a', { a: { trigger: 'x' } }, { defaults })).toMatchObject({ ...nothing, retries: 3, timeout: null })
    expect(taskOf('a', { a: { kind: 'process' } }, { defaults })).toMatchObject({ image: null, command: ['x'], labels: {} })
  })

  it('leaves what every task has', () => {
    const every = { after: ['b'], triggerRule: 'all_done', priorityWeight: 3, dependsOnPast: true, outlets: ['x'], map: [1] }
    for (const kind of [{ kind: 'empty' }, { wait }, { trigger: 'x' }]) expect(messagesOf({ a: { ...kind, ...every }, b: {} })).toEqual([])
  })
})

describe('a task that starts another DAG', () => {
  it('names it, its params, and whether it ends with it', () => {
    expect(taskOf('a', { a: { trigger: 'other' } }).trigger).toEqual({ dag: 'other', params: {}, wait: false })
    expect(taskOf('a', { a: { trigger: { dag: 'other', params: { day: '{{ ds }}', n: [1, '{{ run_id }}'] }, wait: true }, retries: 2 } })).toMatchObject({
      retries: 2, trigger: { dag: 'other', params: { day: '{{ ds }}', n: [1, '{{ run_id }}'] }, wait: true },
    })
  })

  it.each<[unknown, string | RegExp]>([
    [5, "'trigger' on task 'a' must be the id of a DAG, or an object with 'dag', not 5"],
    ['a b', /^'trigger' on task 'a' is wrong: 'a b' cannot be the id of a DAG/],
    [{}, "'trigger.dag' on task 'a' must be the id of a DAG, not nothing"],
    [{ dag: 'x', conf: {} }, "'trigger' on task 'a' has an unknown key 'conf'"],
    [{ dag: 'x', params: [1] }, "'trigger.params' on task 'a' must be a map from names to values, not [1]"],
    [{ dag: 'x', params: { f: () => 1 } }, "'trigger.params.f' on task 'a' must be JSON, and a function is not"],
    [{ dag: 'x', params: { a: { b: ['{{ nope }}'] } } }, "'trigger.params.a.b[0]' on task 'a': unknown name 'nope' in '{{ nope }}'"],
    [{ dag: 'x', wait: 'yes' }, "'trigger.wait' on task 'a' must be true or false, not 'yes'"],
  ])('is refused with %j', (trigger, message) => {
    const found = messagesOf({ a: { trigger } })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })

  it('has a timeout only while it waits', () => {
    expect(messagesOf({ a: { trigger: 'x', timeout: '1h' } })).toEqual(["'timeout' on task 'a' has no meaning for a trigger without 'wait: true'; remove it"])
  })
})
