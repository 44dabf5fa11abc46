import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import { compileDag } from '../dag/compile.js'
import type { DAG_FIELDS } from '../dag/dag-fields.js'
import type { TASK_FIELDS } from '../dag/task-fields.js'
import { draftOf, type Dag } from './dag.js'
import { chain, dag, type DagOptions, type TaskOptions, type TaskScope } from './index.js'

const edges = (built: Dag): Record<string, readonly string[]> => {
  const compiled = compileDag(draftOf(built))
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('\n'))
  return Object.fromEntries(compiled.version.spec.tasks.map(({ id, after }) => [id, after]))
}
const messages = (built: Dag): string[] => {
  const compiled = compileDag(draftOf(built))
  return compiled.ok ? [] : compiled.problems.map(({ message }) => message)
}
const options: DagOptions = { defaults: { image: 'i' } }
const build = (describeTasks: (d: TaskScope) => void): Dag => dag('team.load', options, describeTasks)

describe('the authoring API', () => {
  it('joins tasks by after, before and chain', () => {
    expect(edges(build(d => {
      const a = d.task('a'), b = d.task('b').after(a), c = d.task('c').before(b), e = d.task('e', { after: [a, 'c'] })
      chain(a, [d.task('x'), d.task('y')], d.task('z').after([b, e]))
      expect(c.id).toBe('c')
    }))).toEqual({ a: [], c: [], b: ['a', 'c'], e: ['a', 'c'], x: ['a'], y: ['a'], z: ['b', 'e', 'x', 'y'] })
  })

  it('prefixes the tasks of a group and joins it as a whole', () => {
    expect(edges(build(d => {
      const first = d.task('first')
      const group = d.group('load', g => {
        const a = g.task('a')
        g.task('b').after(a)
        g.group('inner', h => { h.task('c').after(a) })
      }).after(first)
      d.task('last').after(group)
      d.group('other', g => { g.task('x') }).after(group)
    }))).toEqual({
      first: [], 'load.a': ['first'], 'load.b': ['load.a'], 'load.inner.c': ['load.a'], last: ['load.b', 'load.inner.c'], 'other.x': ['load.b', 'load.inner.c'],
    })
  })

  it('builds many DAGs in a loop', () => {
    expect(['eu', 'us'].map(region => edges(dag(`team.${region}`, options, d => { d.task(region) })))).toEqual([{ eu: [] }, { us: [] }])
  })

  it('finds a task that waits for its own group', () => {
    expect(messages(build(d => {
      const inside: { task?: ReturnType<TaskScope['task']> } = {}
      const group = d.group('g', g => { inside.task = g.task('a') })
      inside.task?.after(group)
    }))).toEqual(["task 'g.a' waits for itself"])
  })

  it('refuses what is no task, where it is said', () => {
    expect(() => build(d => { d.task('a').after(undefined as never) })).toThrow('after(undefined) needs a task, a group or the id of a task')
    expect(() => build(d => { d.task('a').before('b' as never) })).toThrow('before(b) needs the task itself')
  })

  it('remembers the line of every task for its problems', () => {
    const built = build(d => {
      d.task('a', { retries: -1 })
      d.task('a')
    })
    const compiled = compileDag(draftOf(built))
    const lines = compiled.ok ? [] : compiled.problems.map(({ line }) => line)
    expect(lines).toEqual([expect.any(Number), (lines[0] ?? 0) + 1])
    expect(compiled.ok ? '' : compiled.problems[0]?.file).toMatch(/authoring\.test\.ts$/)
  })

  it('maps over tasks, texts, lists and all of them by name, and waits for what it maps over', () => {
    const compiled = compileDag(draftOf(dag('team.load', { ...options, params: { days: { type: 'array', default: [] } } }, d => {
      const regions = d.task('regions', { result: true })
      d.task('a').map(regions, { limit: 20, maxActive: 4 })
      d.task('b').map('params.days')
      d.task('c').map([1, 'two'])
      d.task('e').map({ region: regions, day: 'params.days', n: [1] })
      d.task('f', { map: regions })
      d.task('g', { map: { over: { region: regions }, limit: 5 } })
    })))
    const tasks = compiled.ok ? compiled.version.spec.tasks : []
    const overRegions = { kind: 'task', task: 'regions' }, overDays = { kind: 'param', param: 'days' }
    expect(Object.fromEntries(tasks.map(({ id, after, map }) => [id, [after, map]]))).toEqual({
      regions: [[], null],
      a: [['regions'], { axes: [{ name: null, source: overRegions }], limit: 20, maxActive: 4 }],
      b: [[], { axes: [{ name: null, source: overDays }], limit: 1_000, maxActive: null }],
      c: [[], { axes: [{ name: null, source: { kind: 'list', values: [1, 'two'] } }], limit: 1_000, maxActive: null }],
      e: [['regions'], { axes: [{ name: 'region', source: overRegions }, { name: 'day', source: overDays }, { name: 'n', source: { kind: 'list', values: [1] } }], limit: 1_000, maxActive: null }],
      f: [['regions'], { axes: [{ name: null, source: overRegions }], limit: 1_000, maxActive: null }],
      g: [['regions'], { axes: [{ name: 'region', source: overRegions }], limit: 5, maxActive: null }],
    })
  })

  it('counts mapping as waiting when it looks for the first and the last tasks of a group', () => {
    expect(edges(build(d => {
      const group = d.group('g', g => { g.task('b').map(g.task('a', { result: true })) }).after(d.task('first'))
      d.task('last').after(group)
    }))).toEqual({ first: [], 'g.a': ['first'], 'g.b': ['g.a'], last: ['g.b'] })
  })

  it('says what the scheduler does by itself', () => {
    const compiled = compileDag(draftOf(dag('team.load', { schedule: { assets: ['orders'] }, deadline: '09:00', timeout: '6h', dependsOnPast: true }, d => {
      const file = d.task('file', { wait: { event: 'upload:{{ ds }}', onTimeout: 'skip' }, timeout: '2h' })
      const up = d.task('up', { wait: { http: 'https://example.com/ready', status: 204 }, pokeInterval: '1m' })
      const other = d.task('other', { wait: { dag: 'team.extract', task: 'done', offset: '1d' } })
      const noon = d.task('noon', { wait: { until: new Date(0) } })
      const ready = d.task('ready', { kind: 'empty', outlets: ['ready'] })
      chain([file, up, other, noon], ready, d.task('next', { trigger: { dag: 'team.next', params: { day: '{{ ds }}' }, wait: true } }), d.task('last', { trigger: 'team.last' }))
    })))
    expect(compiled.ok ? compiled.version.spec.tasks.map(({ id, kind }) => [id, kind]) : compiled.problems).toEqual([
      ['file', 'wait'], ['noon', 'wait'], ['other', 'wait'], ['up', 'wait'], ['ready', 'empty'], ['next', 'trigger'], ['last', 'trigger'],
    ])
  })

  it('makes nothing that could be awaited by mistake', () => {
    build(d => { expect('then' in d.task('a')).toBe(false) })
  })

  it('declares the options that are checked, all of them and no others', () => {
    type Keys<F> = { [K in keyof F]?: unknown }
    expectTypeOf<Keys<TaskOptions>>().toEqualTypeOf<Keys<{ -readonly [K in keyof typeof TASK_FIELDS]: unknown }>>()
    expectTypeOf<Keys<DagOptions>>().toEqualTypeOf<Keys<{ -readonly [K in keyof typeof DAG_FIELDS]: unknown }>>()
    expectTypeOf<z.output<(typeof TASK_FIELDS)['retries']>>().toEqualTypeOf<number>()
  })
})
