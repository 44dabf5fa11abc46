import { describe, expect, it } from 'vitest'
import { messagesOf, taskOf } from '../../test/harness/drafts.js'

const task = (keys: object, options?: Record<string, unknown>) => taskOf('a', { a: keys, b: { after: 'a' } }, options)
const messages = (keys: object, options?: Record<string, unknown>) => messagesOf({ a: keys, b: { after: 'a' } }, options)

describe('pools and limits of a task', () => {
  it('are canonical', () => {
    expect(task({ pool: 'db', poolSlots: 3, maxActive: 2, weightRule: 'upstream' })).toMatchObject({ pool: 'db', poolSlots: 3, maxActive: 2, weightRule: 'upstream' })
    expect(task({})).toMatchObject({ pool: null, poolSlots: 1, maxActive: null, weightRule: 'downstream' })
  })

  it('may come from the DAG, and be left by one task', () => {
    const options = { defaults: { image: 'i', pool: 'db', poolSlots: 2, maxActive: 4 } }
    expect(task({}, options)).toMatchObject({ pool: 'db', poolSlots: 2, maxActive: 4 })
    expect(task({ poolSlots: 5 }, options)).toMatchObject({ pool: 'db', poolSlots: 5 })
    expect(task({ pool: null, maxActive: null }, options)).toMatchObject({ pool: null, poolSlots: 1, maxActive: null })
  })

  it.each<[object, string]>([
    [{ queue: 'log' }, "'queue' on task 'a' must be another name of a queue: lease, log, mark are taken by keys in Redis, not 'log'"],
    [{ pool: 'My Pool' }, "'pool' on task 'a' must be the name of a pool: lower-case letters, digits, - and _, at most 63, not 'My Pool'"],
    [{ poolSlots: 2 }, "'poolSlots' on task 'a' has no meaning without a 'pool'"],
    [{ pool: 'p', poolSlots: 0 }, "'poolSlots' on task 'a' must be a whole number of at least 1; zero does not mean unlimited, not 0"],
    [{ maxActive: 0 }, "'maxActive' on task 'a' must be a whole number of at least 1; zero does not mean unlimited, not 0"],
    [{ weightRule: 'upsteam' }, "'weightRule' on task 'a' must be one of downstream, upstream, absolute, not 'upsteam'; did you mean 'upstream'?"],
  ])('are refused: %j', (keys, message) => {
    expect(messages(keys)).toEqual([message])
  })
})

describe('a branch', () => {
  it('implies a result', () => {
    expect(task({ branch: true })).toMatchObject({ branch: true, result: true })
    expect(task({ branch: true }, { defaults: { image: 'i', result: false } }).result).toBe(true)
    expect(messages({ branch: true, result: false })).toEqual(["'result' on task 'a' cannot be false with 'branch': the branch is taken by its result"])
  })

  it('may be taken by what an event brings', () => {
    expect(task({ wait: { event: 'approval' }, branch: true })).toMatchObject({ kind: 'wait', branch: true, result: true })
  })

  it('needs a task to choose, and is not mapped', () => {
    expect(messagesOf({ a: { branch: true } })).toEqual(["'branch' on task 'a' has nothing to choose from: no task waits for it"])
    expect(messages({ branch: true, map: [1] })).toEqual(["'branch' on task 'a' cannot be combined with 'map': it is one task that chooses"])
  })
})

describe('a short circuit', () => {
  it('needs an exit code that means skipped', () => {
    expect(task({ shortCircuit: true }).shortCircuit).toBe(true)
    expect(messages({ shortCircuit: true, skipExitCodes: [] })).toEqual(["'shortCircuit' on task 'a' has no effect without 'skipExitCodes'"])
  })
})

describe('outlets', () => {
  it('are names of assets, each once', () => {
    expect(task({ outlets: ['s3://lake/orders', 'änderungen', 's3://lake/orders'] }).outlets).toEqual(['s3://lake/orders', 'änderungen'])
  })

  it.each(['a b', '', 'a\tb', 'x'.repeat(201), 'a\u0000b'])('are not %j', name => {
    expect(messages({ outlets: [name] })[0]).toMatch(/^'outlets\[0\]' on task 'a' must be the name of an asset: printable, without white space, at most 200 characters, not '/)
  })
})

describe('the run before', () => {
  const past = (keys: object, options?: Record<string, unknown>) => {
    const { dependsOnPast, waitForDownstream } = task(keys, options)
    return [dependsOnPast, waitForDownstream]
  }

  it('matters to tasks that say so, and to what follows them only on demand', () => {
    expect(past({})).toEqual([false, false])
    expect(past({ dependsOnPast: true })).toEqual([true, false])
    expect(past({ waitForDownstream: true })).toEqual([true, true])
  })

  it('matters to every task of a DAG that says so, unless the task says otherwise', () => {
    expect(past({}, { dependsOnPast: true })).toEqual([true, false])
    expect(past({}, { waitForDownstream: true })).toEqual([true, true])
    expect(past({ dependsOnPast: false }, { dependsOnPast: true })).toEqual([false, false])
    expect(past({ dependsOnPast: false }, { waitForDownstream: true })).toEqual([false, false])
    expect(past({ waitForDownstream: false }, { waitForDownstream: true })).toEqual([false, false])
    expect(past({}, { dependsOnPast: true, defaults: { image: 'i', dependsOnPast: false } })).toEqual([false, false])
    expect(past({ wait: { event: 'x' } }, { dependsOnPast: true })).toEqual([true, false])
  })

  it('cannot matter and not matter', () => {
    expect(messages({ dependsOnPast: false, waitForDownstream: true })).toEqual(["'dependsOnPast' on task 'a' cannot be false with 'waitForDownstream', which implies it"])
  })
})

describe('what belongs to one task', () => {
  it.each(['after', 'map', 'branch', 'shortCircuit', 'outlets', 'wait', 'trigger'])("is refused in the defaults: '%s'", key => {
    expect(messages({}, { defaults: { image: 'i', [key]: true } })).toEqual([`'${key}' on the defaults of DAG 'team.load' belongs to one task; write it on the task itself`])
  })
})

describe('secrets of a task', () => {
  it('are names by variable', () => {
    expect(task({ secrets: { DB_PASSWORD: 'warehouse-password' } }).secrets).toEqual({ DB_PASSWORD: 'warehouse-password' })
    expect(task({}).secrets).toEqual({})
  })

  it.each<[object, RegExp]>([
    [{ secrets: { 'DB-PASSWORD': 'x' } }, /'secrets.DB-PASSWORD' on task 'a' is not a variable name/],
    [{ secrets: { LONGSHORE_X: 'x' } }, /'secrets.LONGSHORE_X' on task 'a' is reserved/],
    [{ secrets: { A: '../x' } }, /'secrets.A' on task 'a' must be the name of a secret/],
    [{ secrets: { A: '.x' } }, /must be the name of a secret/],
    [{ secrets: ['x'] }, /'secrets' on task 'a' must be a map from variables to names of secrets/],
    [{ env: { A: 1 }, secrets: { A: 'x' } }, /task 'a' gets A from both 'env' and 'secrets'; keep one/],
    [{ kind: 'empty', secrets: { A: 'x' } }, /'secrets' on task 'a' has no meaning for kind: empty/],
  ])('are refused: %j', (keys, message) => {
    expect(messages(keys)).toEqual([expect.stringMatching(message)])
  })

  it('are not repeated in the refusal of what is no name', () => {
    expect(messages({ secrets: { A: 'P@ssw0rd' } }).join()).not.toContain('P@ssw0rd')
  })
})
