import { describe, expect, it } from 'vitest'
import { compileDag } from './compile.js'
import type { DagDraft } from './draft.js'
import type { DagSpec, TaskSpec } from './model.js'

type Tasks = Record<string, unknown>

const draft = (options: unknown, tasks: Tasks, id: unknown = 'team.load'): DagDraft => ({
  id, options, locate: () => ({ file: 'load.ts', line: 1, column: 1 }),
  tasks: Object.entries(tasks).map(([task, keys], index) => ({ id: task, options: keys, after: [], locate: () => ({ file: 'load.ts', line: index + 2, column: 3 }) })),
})

function spec(options: unknown, tasks: Tasks = { a: { image: 'i' } }): DagSpec {
  const compiled = compileDag(draft(options, tasks))
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('\n'))
  return compiled.version.spec
}
const task = (keys: unknown, options: unknown = {}): TaskSpec => spec(options, { a: keys }).tasks[0] as TaskSpec

function messages(options: unknown, tasks: Tasks = { a: { image: 'i' } }, id?: unknown): string[] {
  const compiled = compileDag(draft(options, tasks, id))
  return compiled.ok ? [] : compiled.problems.map(({ message }) => message)
}

describe('a DAG with nothing but tasks', () => {
  it('gets every default', () => {
    expect(spec({})).toEqual({
      v: 2, dag: 'team.load', description: null, owner: null, tags: [], schedule: { kind: 'none' }, timezone: 'UTC', start: null, end: null,
      catchup: false, maxActiveRuns: 16, maxActiveTasks: 16, deadline: null, timeout: null, params: {},
      tasks: [{
        id: 'a', kind: 'container', image: 'i', entrypoint: null, command: null, env: {}, secrets: {}, mounts: [], network: null, user: null, workdir: null, cpus: null,
        memory: null, shm: null, gpus: null, readOnly: false, capAdd: [], pull: 'missing', labels: {}, stopGrace: 10_000, queue: 'default', pool: null, poolSlots: 1, maxActive: null, priorityWeight: 1, weightRule: 'downstream', retries: 0,
        retryDelay: 30_000, backoff: 'constant', maxRetryDelay: 3_600_000, timeout: null, startTimeout: null, triggerRule: 'all_success', after: [],
        dependsOnPast: false, waitForDownstream: false, map: null, branch: false, shortCircuit: false, outlets: [], wait: null, trigger: null,
        result: false, skipExitCodes: [99], failExitCodes: [65], notYetExitCode: 75, pokeInterval: 60_000,
      }],
    })
  })
})

describe('the canonical form', () => {
  it('has durations in milliseconds and sizes in bytes', () => {
    expect(task({ image: 'i', timeout: '1h', retryDelay: '500ms', memory: '512m', shm: '1.5g' })).toMatchObject({
      timeout: 3_600_000, retryDelay: 500, memory: 536_870_912, shm: 1_610_612_736,
    })
  })

  it('has mounts as objects, whichever way they were written', () => {
    expect(task({ image: 'i', mounts: ['/a:/b', 'cache:/c:ro', "/x/{{ ds | date: '%H:%M' }}:/y", { source: '/d', target: '/e', readOnly: true }] }).mounts).toEqual([
      { source: '/a', target: '/b', readOnly: false }, { source: 'cache', target: '/c', readOnly: true },
      { source: "/x/{{ ds | date: '%H:%M' }}", target: '/y', readOnly: false }, { source: '/d', target: '/e', readOnly: true },
    ])
  })

  it('runs shell by /bin/sh, whatever the entrypoint of the image', () => {
    expect(task({ image: 'i', shell: 'a | b' })).toMatchObject({ entrypoint: ['/bin/sh', '-c'], command: ['a | b'] })
    expect(task({ kind: 'process', shell: 'a | b' })).toMatchObject({ entrypoint: null, command: ['/bin/sh', '-c', 'a | b'] })
  })

  it('merges defaults: env, secrets and labels by name, the rest by key, command and shell as one decision', () => {
    const options = { defaults: { image: 'base', queue: 'etl', env: { A: '1', B: '2' }, secrets: { P: 'p', Q: 'q' }, command: ['x'], timeout: '1h' } }
    expect(task({ env: { B: 3 }, secrets: { Q: 'other' }, shell: 'y', timeout: null }, options)).toMatchObject({ image: 'base', queue: 'etl', env: { A: '1', B: '3' }, secrets: { P: 'p', Q: 'other' }, command: ['y'], timeout: null })
    expect(task({ kind: 'process', command: ['y', 5] }, options)).toMatchObject({ image: null, command: ['y', '5'] })
  })

  it('reads dates in the zone of the DAG, unless they name an offset', () => {
    expect(spec({ timezone: 'America/Los_Angeles', start: '2026-01-01', end: '2026-02-01T00:00Z' })).toMatchObject({
      start: Date.parse('2026-01-01T08:00Z'), end: Date.parse('2026-02-01T00:00Z'),
    })
    expect(spec({ start: new Date(5_000) }).start).toBe(5_000)
  })

  it.each([
    [null, { kind: 'none' }], ['@once', { kind: 'once' }], ['5m', { kind: 'interval', every: 300_000 }], ['@daily', { kind: 'cron', expressions: ['0 0 * * *'] }],
    [['0 6 * * *', '@daily', '0 6 * * *'], { kind: 'cron', expressions: ['0 0 * * *', '0 6 * * *'] }],
  ])('resolves the schedule %j', (schedule, expected) => {
    expect(spec({ schedule, start: '2026-01-01' }).schedule).toEqual(expected)
  })

  it('hashes H fields from the DAG id', () => {
    expect(spec({ schedule: 'H 2 * * *' }).schedule).toEqual(spec({ schedule: 'H 2 * * *' }).schedule)
    expect(JSON.stringify(spec({ schedule: '@daily~' }).schedule)).not.toContain('H')
  })

  it('lists tasks in topological order, ties by name', () => {
    const tasks = { z: { image: 'i' }, b: { image: 'i', after: 'z' }, c: { image: 'i', after: ['z'] }, a: { image: 'i', after: ['c', 'b'] }, m: { image: 'i' } }
    expect(spec({}, tasks).tasks.map(({ id }) => id)).toEqual(['m', 'z', 'b', 'c', 'a'])
    expect(spec({}, tasks).tasks.at(-1)?.after).toEqual(['b', 'c'])
  })

  it('has one hash for one meaning, and another for another', () => {
    const hash = (options: unknown, tasks: Tasks) => {
      const compiled = compileDag(draft(options, tasks))
      return compiled.ok ? compiled.version.hash : compiled.problems
    }
    const base = hash({ timezone: 'UTC', maxActiveRuns: 16 }, { a: { image: 'i', timeout: '60m' }, b: { image: 'i' } })
    expect(hash({ maxActiveRuns: 16 }, { b: { image: 'i' }, a: { timeout: '1h', image: 'i' } })).toBe(base)
    expect(hash({ maxActiveRuns: 17 }, { b: { image: 'i' }, a: { timeout: '1h', image: 'i' } })).not.toBe(base)
    expect(hash({}, { a: { image: 'i', secrets: { P: 'p' } } })).not.toBe(hash({}, { a: { image: 'i', secrets: { P: 'q' } } }))
    expect(base).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('unknown keys', () => {
  it('are refused with the near one', () => {
    expect(messages({}, { load: { image: 'i', retrys: 3 } })).toEqual(["unknown key 'retrys' on task 'load'; did you mean 'retries'?"])
    expect(messages({ schedul: '@daily' })).toEqual(["unknown key 'schedul' on DAG 'team.load'; did you mean 'schedule'?"])
    expect(messages({ defaults: { quue: 'x' } })).toEqual(["unknown key 'quue' on the defaults of DAG 'team.load'; did you mean 'queue'?"])
    expect(messages({ params: { x: { type: 'string', defualt: 'y' } } })).toEqual(["'params.x' on DAG 'team.load' has an unknown key 'defualt'; did you mean 'default'?"])
    expect(messages({}, { a: { image: 'i', zzzzzz: 1 } })).toEqual(["unknown key 'zzzzzz' on task 'a'"])
  })

  it.each(['alerts'])("of later versions are refused by name: '%s' on a DAG", key => {
    expect(messages({ [key]: '1h' })).toEqual([`'${key}' on DAG 'team.load' is not supported by this version of Longshore yet; remove it, it would have no effect`])
  })

  it.each(['alerts', 'deadline'])("of later versions are refused by name: '%s' on a task", key => {
    const expected = (where: string) => [`'${key}' on ${where} is not supported by this version of Longshore yet; remove it, it would have no effect`]
    expect(messages({}, { a: { image: 'i', [key]: 1 } })).toEqual(expected("task 'a'"))
    expect(messages({ defaults: { [key]: 1 } })).toEqual(expected("the defaults of DAG 'team.load'"))
  })
})

describe('a DAG is refused', () => {
  it.each([
    [{ timezone: 'Europe/Berln' }, "'timezone' on DAG 'team.load' must be an IANA zone such as 'Europe/Berlin', not \"Europe/Berln\"; did you mean 'Europe/Berlin'?"],
    [{ schedule: '99 * * * *' }, "'schedule' on DAG 'team.load' is wrong: '99 * * * *' is not a cron expression: Constraint error, got value 99 expected range 0-59"],
    [{ schedule: '* * *' }, "'schedule' on DAG 'team.load' is wrong: '* * *' has 3 fields; cron takes five: minute, hour, day of month, month, day of week"],
    [{ schedule: '@dayly' }, /'@dayly' is not a preset \(@once, @hourly, .*\); did you mean '@daily'\?/],
    [{ schedule: '@continuous' }, /'@continuous' is not supported; use a short interval/],
    [{ schedule: ['@once', '@daily'] }, /'@once' cannot be one of several schedules/],
    [{ schedule: '10ms' }, /an interval of '10ms' is shorter than 1s/],
    [{ schedule: 5 }, "'schedule' on DAG 'team.load' must be a cron expression, a preset, an interval, a list of them, an object with assets or null, not 5"],
    [{ schedule: '@once' }, /schedule '@once' on DAG 'team.load' needs a 'start'/],
    [{ catchup: true, schedule: '@daily' }, "'catchup' on DAG 'team.load' needs a 'start' to catch up from"],
    [{ start: 'tomorrow' }, "'start' on DAG 'team.load' is wrong: 'tomorrow' is not a date; write for instance 2026-01-31 or 2026-01-31T09:00"],
    [{ start: '2026-02-01', end: '2026-01-01' }, "'end' on DAG 'team.load' must be after its 'start'"],
    [{ start: '2026-02-01', end: '2026-02-01' }, "'end' on DAG 'team.load' must be after its 'start'"],
    [{ maxActiveRuns: 0 }, "'maxActiveRuns' on DAG 'team.load' must be a whole number of at least 1; zero does not mean unlimited, not 0"],
    [{ maxActiveTasks: 1.5 }, "'maxActiveTasks' on DAG 'team.load' must be a whole number of at least 1, not 1.5"],
    [{ catchup: 'yes' }, "'catchup' on DAG 'team.load' must be true or false, not 'yes'"],
    [{ tags: 'etl' }, "'tags' on DAG 'team.load' must be a list of texts, not 'etl'"],
    [{ params: { x: { type: 'text' } } }, /'params.x.type' on DAG 'team.load' must be one of string, number, .*, not 'text'/],
    [{ params: { x: { type: 'integer', default: 'one' } } }, "'params.x' on DAG 'team.load' has a default that must be of type integer, not 'one'"],
    [{ params: { x: { type: 'string', enum: ['a'], default: 'b' } } }, "'params.x' on DAG 'team.load' has a default that must be one of 'a', not 'b'"],
    [{ params: { x: { type: 'string', pattern: '(' } } }, "'params.x' on DAG 'team.load' has the pattern '(', which is not a regular expression"],
    [{ params: { 'x-y': { type: 'string' } } }, "'params.x-y' on DAG 'team.load' is not a parameter name; use letters, digits and _"],
    [{ defaults: { retries: -1 } }, "'retries' on the defaults of DAG 'team.load' must be a whole number from 0 to 1000, not -1"],
    ['nothing', "DAG 'team.load' must be an object with keys, not 'nothing'"],
  ])('with %j', (options, message) => {
    const found = messages(options)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })

  it.each([
    ['a b', "'a b' cannot be the id of a DAG; use letters, digits, '.', '_' and '-', at most 200, not beginning with '.' or '-'"],
    ['../x', /'..\/x' cannot be the id of a DAG/], ['x'.repeat(201), /cannot be the id of a DAG/], [undefined, 'a DAG has no id'], [7, 'the id of a DAG must be a text, not 7'],
  ])('with the id %j', (id, message) => {
    expect(messages({}, undefined, id === undefined ? null : id)[0]).toMatch(message)
  })

  it('without tasks', () => {
    expect(messages({}, {})).toEqual(["DAG 'team.load' has no tasks"])
  })
})

describe('a task is refused', () => {
  it.each<[unknown, string | RegExp]>([
    [{}, "task 'a' has no image; give it an 'image', or the DAG one in 'defaults', or make it kind: process"],
    [{ kind: 'process' }, "task 'a' has nothing to run; give it a 'command' or a 'shell'"],
    [{ kind: 'process', command: ['x'], memory: '1g' }, "'memory' on task 'a' has no meaning for kind: process; remove it"],
    [{ image: 'i', command: ['x'], shell: 'y' }, "task 'a' has both 'command' and 'shell'; keep one"],
    [{ image: 'i', entrypoint: ['x'], shell: 'y' }, /task 'a' has both 'entrypoint' and 'shell'/],
    [{ image: 'i', command: 'python3 x.py' }, "'command' on task 'a' must be a list of arguments, not one text; for a line of shell use 'shell'"],
    [{ image: 'i', command: [] }, "'command' on task 'a' must be a list of arguments that is not empty, not []"],
    [{ image: 'i', command: ['x', null] }, "'command[1]' on task 'a' must be a text or a number, not null"],
    [{ image: '' }, "'image' on task 'a' must be the name of an image that is not empty, not ''"],
    [{ image: 'i', queue: 'ETL!' }, /'queue' on task 'a' must be the name of a queue: lower-case letters, digits, - and _, at most 63, not 'ETL!'/],
    [{ image: 'i', retries: 'three' }, "'retries' on task 'a' must be a whole number from 0 to 1000, not 'three'"],
    [{ image: 'i', retryDelay: 30 }, "'retryDelay' on task 'a' must be a duration such as '30s', '5m' or '1h', not 30"],
    [{ image: 'i', retryDelay: '5min' }, /'retryDelay' on task 'a' is wrong: '5min' is not a duration; write a number and a unit/],
    [{ image: 'i', timeout: '0s' }, "'timeout' on task 'a' must be longer than zero; zero does not mean unlimited, not '0s'"],
    [{ image: 'i', memory: '0m' }, "'memory' on task 'a' must be at least 6m, Docker's smallest, not '0m'"],
    [{ image: 'i', memory: 512 }, "'memory' on task 'a' must be a size such as '512m' or '2g', not 512"],
    [{ image: 'i', cpus: 0 }, "'cpus' on task 'a' must be more than zero; zero does not mean unlimited, not 0"],
    [{ image: 'i', gpus: 0 }, /'gpus' on task 'a' must be a whole number of at least 1/],
    [{ image: 'i', triggerRule: 'all_succes' }, /'triggerRule' on task 'a' must be one of .*, not 'all_succes'; did you mean 'all_success'\?/],
    [{ image: 'i', mounts: ['./data:/data'] }, "'mounts[0]' on task 'a' must have an absolute path or a volume name as its source, not './data'"],
    [{ image: 'i', mounts: ['/data'] }, "'mounts[0]' on task 'a' must be 'source:target' or 'source:target:ro', not '/data'"],
    [{ image: 'i', mounts: [{ source: '/a', target: '/b', readonly: true }] }, "'mounts[0]' on task 'a' has an unknown key 'readonly'; did you mean 'readOnly'?"],
    [{ image: 'i', env: { 'A-B': 'x' } }, "'env.A-B' on task 'a' is not a variable name; use letters, digits and _"],
    [{ image: 'i', env: { LONGSHORE_FENCE: 'x' } }, "'env.LONGSHORE_FENCE' on task 'a' is reserved: Longshore sets LONGSHORE_* itself"],
    [{ image: 'i', env: { A: [] } }, "'env.A' on task 'a' must be a text, a number, true or false, not []"],
    [{ image: 'i', labels: { 'longshore.attempt': 'x' } }, /'labels.longshore.attempt' on task 'a' is reserved/],
    [{ image: 'i', workdir: 'src' }, "'workdir' on task 'a' must be an absolute path, not 'src'"],
    [{ image: 'i', skipExitCodes: [0] }, "'skipExitCodes[0]' on task 'a' must be a whole number from 1 to 255, not 0"],
    [{ image: 'i', failExitCodes: [99] }, "exit code 99 on task 'a' is in both 'skipExitCodes' and 'failExitCodes'; it can mean one thing"],
    [{ image: 'i', notYetExitCode: 65 }, "exit code 65 on task 'a' is in both 'failExitCodes' and 'notYetExitCode'; it can mean one thing"],
    [{ image: 'i', pokeInterval: '10ms' }, "'pokeInterval' on task 'a' must be at least 1s, not '10ms'"],
    [{ image: 'i', after: ['a'] }, "task 'a' waits for itself"],
    [{ image: 'i', after: ['lode'] }, "task 'a' waits for 'lode', which is not a task of this DAG"],
    [{ image: 'i', env: { X: '{{ dss }}' } }, "'env.X' on task 'a': unknown name 'dss'; did you mean 'ds'? in '{{ dss }}'"],
    [{ image: 'i', shell: 'echo {{ params.region }}' }, "'shell' on task 'a': unknown param 'region' in 'echo {{ params.region }}'"],
    [{ image: 'i', command: ['{{ ds | nope }}'] }, "'command[0]' on task 'a': undefined filter: nope in '{{ ds | nope }}'"],
    [7, "task 'a' must be an object with keys, not 7"],
  ])('with %j', (keys, message) => {
    const found = messages({}, { a: keys }).filter(text => keys !== 7 || !text.includes('has no image'))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })

  it('with the id of another one', () => {
    const { tasks, ...rest } = draft({}, { a: { image: 'i' } })
    const compiled = compileDag({ ...rest, tasks: [...tasks, ...tasks] })
    expect(compiled.ok ? [] : compiled.problems.map(({ message }) => message)).toEqual(["DAG 'team.load' has two tasks 'a'; give one of them another id"])
  })

  it('with an id that no file could have', () => {
    expect(messages({}, { '../a': { image: 'i' } })[0]).toMatch("'../a' cannot be the id of a task")
  })

  it('when it uses the result of a task that is not upstream, or keeps none', () => {
    const tasks = (after: string[], result: boolean) => ({ parts: { image: 'i', result }, middle: { image: 'i', after: ['parts'] }, load: { image: 'i', command: ['{{ results.parts }}'], after } })
    expect(messages({}, tasks(['middle'], true))).toEqual([])
    expect(messages({}, tasks([], true))).toEqual(["'command[0]' on task 'load': 'parts' is not a task upstream with result: true in '{{ results.parts }}'"])
    expect(messages({}, tasks(['parts'], false))).toHaveLength(1)
  })
})

describe('problems', () => {
  it('name a cycle in the order of execution', () => {
    expect(messages({}, { c: { image: 'i', after: ['b'] }, a: { image: 'i', after: ['c'] }, b: { image: 'i', after: ['a'] }, d: { image: 'i', after: ['c'] } })).toEqual([
      "the tasks of DAG 'team.load' wait for each other in a circle: a → b → c → a",
    ])
  })

  it('are all told at once, in the order of the source, with file, line and task', () => {
    const compiled = compileDag(draft({ maxActiveRuns: 0, owner: 7 }, { a: { image: 'i', retries: -1, qeue: 'x' }, b: { after: ['nope'] } }))
    expect(compiled.ok ? [] : compiled.problems.map(({ line, task, message }) => [line, task, message.slice(0, 30)])).toEqual([
      [1, null, "'maxActiveRuns' on DAG 'team.l"], [1, null, "'owner' on DAG 'team.load' mus"],
      [2, 'a', "'retries' on task 'a' must be "], [2, 'a', "unknown key 'qeue' on task 'a'"],
      [3, 'b', "task 'b' has no image; give it"], [3, 'b', "task 'b' waits for 'nope', whi"],
    ])
    expect(compiled.ok ? null : compiled.problems[2]).toMatchObject({ file: 'load.ts', line: 2, column: 3, dag: 'team.load' })
  })
})
