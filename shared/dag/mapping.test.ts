import { describe, expect, it } from 'vitest'
import { messagesOf, problemsOf, taskOf } from '../../test/harness/drafts.js'
import { parseYamlDags } from './yaml.js'

const params = { days: { type: 'array', default: [] }, region: { type: 'string', default: 'eu' } }
const tasks = (map: unknown, more: object = {}) => ({ a: { result: true }, b: { map, ...more } })
const mapped = (map: unknown) => taskOf('b', tasks(map), { params }).map
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

const overA = { kind: 'task', task: 'a' }
const overDays = { kind: 'param', param: 'days' }
const list = (...values: unknown[]) => ({ kind: 'list', values })
const one = (source: unknown) => ({ axes: [{ name: null, source }], limit: 1_000, maxActive: null })

describe('a mapped task', () => {
  it.each<[unknown, unknown]>([
    ['a', one(overA)],
    ['params.days', one(overDays)],
    [[1, { x: null }, ['y']], one(list(1, { x: null }, ['y']))],
    [[], one(list())],
    [{ over: 'a', limit: 20, maxActive: 3 }, { ...one(overA), limit: 20, maxActive: 3 }],
    [{ over: [1, 2] }, one(list(1, 2))],
    [{ over: { x: 'a', y: 'params.days', z: [1] } }, { axes: [{ name: 'x', source: overA }, { name: 'y', source: overDays }, { name: 'z', source: list(1) }], limit: 1_000, maxActive: null }],
  ])('is mapped over %j', (map, expected) => {
    expect(mapped(map)).toEqual(expected)
  })

  it('waits for the task whose result it is mapped over', () => {
    expect(taskOf('b', tasks('a')).after).toEqual(['a'])
    expect(taskOf('b', { ...tasks({ over: { x: 'a', y: 'c' } }, { after: 'd' }), c: { result: true }, d: {} }).after).toEqual(['a', 'c', 'd'])
    expect(taskOf('b', tasks('params.days'), { params }).after).toEqual([])
  })

  it('may be mapped over a mapped task', () => {
    expect(taskOf('c', { ...tasks('a', { result: true }), c: { map: 'b' } }).map).toEqual(one({ kind: 'task', task: 'b' }))
  })

  it('takes a task whose id looks like a param for the task', () => {
    expect(taskOf('b', { 'params.days': { result: true }, b: { map: 'params.days' } }, { params }).map).toEqual(one({ kind: 'task', task: 'params.days' }))
  })

  it('is the same in YAML', () => {
    const text = 'dag: d\ndefaults: { image: i }\nparams: { days: { type: array, default: [] } }\ntasks:\n  a: { result: true }\n  b: { map: { over: { x: a, y: params.days } } }\n'
    expect(parseYamlDags(text, 'f.yaml').versions[0]?.spec.tasks.at(-1)?.map).toEqual(mapped({ over: { x: 'a', y: 'params.days' } }))
  })

  it('can hold exactly as many literal items as its limit', () => {
    expect(messagesOf(tasks(numbers(1_000)))).toEqual([])
    expect(messagesOf(tasks({ over: numbers(10_000), limit: 10_000 }))).toEqual([])
    expect(messagesOf(tasks({ over: { x: numbers(100), y: numbers(10) } }))).toEqual([])
    expect(messagesOf(tasks({ over: { x: numbers(2_000), y: [] } }))).toEqual([])
  })
})

describe('a map is refused', () => {
  it.each<[unknown, string | RegExp]>([
    [5, "'map' on task 'b' must be the id of a task, params.NAME or a list, or an object with 'over', not 5"],
    ['', "'map' on task 'b' must be the id of a task, params.NAME or a list that is not empty, not ''"],
    ['aa', "'map' on task 'b' is over 'aa', which is not a task of this DAG; did you mean 'a'?"],
    ['elsewhere', "'map' on task 'b' is over 'elsewhere', which is not a task of this DAG; a param is written params.NAME"],
    ['params.day', "'map' on task 'b' is over param 'day', which the DAG does not have; did you mean 'days'?"],
    ['params.region', "'map' on task 'b' is over param 'region', which is of type string; only an array can be mapped over"],
    ['params.constructor', /is over param 'constructor', which the DAG does not have/],
    [{}, "'map.over' on task 'b' must be the id of a task, params.NAME or a list, or an object of them, not nothing"],
    [{ over: 5 }, "'map.over' on task 'b' must be the id of a task, params.NAME or a list, or an object of them, not 5"],
    [{ over: {} }, "'map.over' on task 'b' has no axes; name at least one"],
    [{ over: { x: 5 } }, "'map.over.x' on task 'b' must be the id of a task, params.NAME or a list, not 5"],
    [{ over: { x: 'nope' } }, /^'map.over.x' on task 'b' is over 'nope', which is not a task/],
    [{ over: { 'x-y': [1] } }, "'map.over.x-y' on task 'b' is not the name of an axis; use letters, digits and _, beginning with a letter"],
    [{ over: Object.fromEntries('uvwxyz'.split('').map(name => [name, [1]])) }, "'map.over' on task 'b' has 6 axes; at most 5 can be combined"],
    [{ over: 'a', limt: 5 }, "'map' on task 'b' has an unknown key 'limt'; did you mean 'limit'?"],
    [{ over: 'a', limit: 10_001 }, "'map.limit' on task 'b' must be a whole number from 1 to 10000, not 10001"],
    [{ over: 'a', maxActive: 0 }, "'map.maxActive' on task 'b' must be a whole number of at least 1; zero does not mean unlimited, not 0"],
    [[() => 1], "'map[0]' on task 'b' must be JSON, and a function is not"],
    [[1, NaN], "'map[1]' on task 'b' must be JSON, and NaN is not"],
    [{ over: { x: [new Map()] } }, "'map.over.x[0]' on task 'b' must be JSON, and a Map is not"],
  ])('that is %j', (map, message) => {
    const found = messagesOf(tasks(map), { params })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })

  it('with more literal items than its limit', () => {
    const advice = "more than its limit of 1000; make them fewer, or raise 'limit', at most to 10000"
    expect(messagesOf(tasks(numbers(1_001)))).toEqual([`'map' on task 'b' has 1001 items, ${advice}`])
    expect(messagesOf(tasks({ over: { x: numbers(40), y: numbers(40) } }))).toEqual([`'map' on task 'b' makes 1600 combinations, ${advice}`])
  })

  it('over a task that keeps no result', () => {
    expect(messagesOf({ a: {}, b: { map: 'a' } })).toEqual(["'map' on task 'b' is over task 'a', which keeps no result; give that one 'result: true'"])
  })

  it('over itself, or round in a circle', () => {
    expect(messagesOf({ b: { map: 'b', result: true } })).toEqual(["task 'b' waits for itself"])
    expect(messagesOf({ a: { map: 'b', result: true }, b: { map: 'a', result: true } })).toEqual(["the tasks of DAG 'team.load' wait for each other in a circle: a → b → a"])
  })

  it('in what a DAG gives to all its tasks', () => {
    expect(messagesOf({ a: {} }, { defaults: { image: 'i', map: [1] } })).toEqual(["'map' on the defaults of DAG 'team.load' belongs to one task; write it on the task itself"])
  })

  it('at its line', () => {
    expect(problemsOf(tasks('nope'))[0]).toMatchObject({ file: 'load.ts', line: 3, column: 3, dag: 'team.load', task: 'b' })
    const text = 'dag: d\ndefaults: { image: i }\ntasks:\n  a:\n    map:\n      over:\n        x: [1]\n        y: nope\n'
    expect(parseYamlDags(text, 'f.yaml').problems).toMatchObject([{ line: 8, column: 9 }])
  })
})

describe('the item of a mapped task', () => {
  const command = (text: string, map?: unknown) => messagesOf({ a: { result: true }, b: { command: [text], ...(map !== undefined && { map }) } })

  it('is known to its templates', () => {
    expect(command('{{ item }} {{ item.any.thing }}', 'a')).toEqual([])
    expect(command('{{ item.x }}', { over: { x: 'a' } })).toEqual([])
    expect(messagesOf({ b: { wait: { event: 'file:{{ item }}' }, map: [1] } })).toEqual([])
  })

  it('is not known elsewhere', () => {
    expect(command('{{ item }}')).toEqual(["'command[0]' on task 'b': 'item' is known in mapped tasks only, and this one has no 'map' in '{{ item }}'"])
  })

  it('has its axes and no others', () => {
    expect(command('{{ item.regoin }}', { over: { region: 'a', n: [1] } })).toEqual(["'command[0]' on task 'b': unknown axis 'regoin' of the item; did you mean 'region'? in '{{ item.regoin }}'"])
  })
})
