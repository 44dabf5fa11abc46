import { describe, expect, it } from 'vitest'
import { messagesOf, problemsOf, taskOf } from '../../test/harness/drafts.js'
import type { WaitSpec } from './model.js'
import { parseYamlDags } from './yaml.js'

const waiting = (wait: unknown, more: object = {}, options?: Record<string, unknown>) => taskOf('w', { w: { wait, ...more } }, options)
const http = { kind: 'http', method: 'GET', headers: {}, status: [], contains: null, onTimeout: 'fail' }

describe('a task that waits', () => {
  it.each<[unknown, WaitSpec | object]>([
    [{ until: '09:30' }, { kind: 'time', until: '09:30', onTimeout: 'fail' }],
    [{ until: '2h' }, { kind: 'time', until: '2h', onTimeout: 'fail' }],
    [{ until: '2026-01-31T09:00' }, { kind: 'time', until: '2026-01-31T09:00', onTimeout: 'fail' }],
    [{ until: new Date(0) }, { kind: 'time', until: '1970-01-01T00:00:00.000Z', onTimeout: 'fail' }],
    [{ until: '{{ ds }}T12:00' }, { kind: 'time', until: '{{ ds }}T12:00', onTimeout: 'fail' }],
    [{ dag: 'other' }, { kind: 'dag', dag: 'other', task: null, offset: 0, onTimeout: 'fail' }],
    [{ dag: 'other', task: 'load.eu', offset: '1d' }, { kind: 'dag', dag: 'other', task: 'load.eu', offset: 86_400_000, onTimeout: 'fail' }],
    [{ dag: 'team.load', offset: '1d' }, { kind: 'dag', dag: 'team.load', task: null, offset: 86_400_000, onTimeout: 'fail' }],
    [{ http: 'https://example.com/{{ ds }}' }, { ...http, url: 'https://example.com/{{ ds }}' }],
    [{ http: '{{ params.host }}/ready' }, { ...http, url: '{{ params.host }}/ready' }],
    [{ http: 'http://x', method: 'POST', headers: { Accept: 'text/plain' }, status: [204, 200, 204], contains: 'ready' },
      { ...http, url: 'http://x', method: 'POST', headers: { Accept: 'text/plain' }, status: [200, 204], contains: 'ready' }],
    [{ http: 'http://x', status: 404 }, { ...http, url: 'http://x', status: [404] }],
    [{ event: 'upload:{{ ds }}' }, { kind: 'event', event: 'upload:{{ ds }}', onTimeout: 'fail' }],
  ])('waits for %j', (wait, expected) => {
    const task = taskOf('w', { w: { wait } }, { params: { host: { type: 'string', default: 'http://h' } } })
    expect(task).toMatchObject({ kind: 'wait', image: null, command: null, queue: 'default', pool: null, trigger: null })
    expect(task.wait).toEqual(expected)
  })

  it('looks every 10 seconds, at other servers every 30, unless it says otherwise', () => {
    expect(waiting({ event: 'x' }).pokeInterval).toBe(10_000)
    expect(waiting({ http: 'http://x' }).pokeInterval).toBe(30_000)
    expect(waiting({ http: 'http://x' }, { pokeInterval: '5m' }).pokeInterval).toBe(300_000)
    expect(waiting({ http: 'http://x' }, {}, { defaults: { pokeInterval: '1m' } }).pokeInterval).toBe(60_000)
  })

  it('fails when its timeout passes, or is skipped if it says so', () => {
    expect(waiting({ event: 'x', onTimeout: 'skip' }, { timeout: '1h' })).toMatchObject({ timeout: 3_600_000, wait: { onTimeout: 'skip' } })
    expect(messagesOf({ w: { wait: { event: 'x', onTimeout: 'skip' } } })).toEqual(["'wait' on task 'w' has 'onTimeout: skip', which has no effect without a 'timeout'"])
  })

  it('has a result when it waits for an event, whose payload that is, and else none', () => {
    expect(waiting({ event: 'x' }).result).toBe(true)
    expect(waiting({ event: 'x' }, { result: false }).result).toBe(false)
    expect(waiting({ until: '1h' }, {}, { defaults: { result: true } }).result).toBe(false)
    expect(messagesOf({ w: { wait: { until: '1h' }, result: true } })).toEqual(["'result' on task 'w' has no meaning beside this wait: only an event brings a result; remove it"])
    expect(messagesOf({ w: { wait: { event: 'x' } }, b: { after: 'w', command: ['{{ results.w.file }}'] } })).toEqual([])
  })

  it('is the same in YAML, where a time of day needs no quotes', () => {
    const text = 'dag: d\ntasks:\n  w: { wait: { until: 09:30, onTimeout: skip }, timeout: 1h }\n'
    expect(parseYamlDags(text, 'f.yaml').versions[0]?.spec.tasks[0]?.wait).toEqual({ kind: 'time', until: '09:30', onTimeout: 'skip' })
  })
})

describe('a wait is refused', () => {
  it.each<[unknown, string | RegExp]>([
    ['09:30', "'wait' on task 'w' must be an object with one of 'until', 'dag', 'http' and 'event', not '09:30'"],
    [{}, "'wait' on task 'w' must say what to wait for: 'until', 'dag', 'http' or 'event'"],
    [{ until: '1h', event: 'x' }, "'wait' on task 'w' waits for 'until' and 'event' at once; make a task of each"],
    [{ untl: '1h' }, "'wait' on task 'w' has an unknown key 'untl'; did you mean 'until'?"],
    [{ until: '25:00' }, "'wait.until' on task 'w' is wrong: '25:00' is not a time of day; they go from 00:00 to 23:59"],
    [{ until: 'soon' }, /^'wait.until' on task 'w' is wrong: 'soon' is not something to wait for/],
    [{ until: 5 }, "'wait.until' on task 'w' must be a time such as '09:30', a date, or a duration such as '2h', not 5"],
    [{ dag: 'a b' }, /^'wait.dag' on task 'w' is wrong: 'a b' cannot be the id of a DAG/],
    [{ dag: 'longshore.adhoc' }, /must be a DAG of yours/],
    [{ dag: '{{ params.x }}' }, "'wait.dag' on task 'w' must be the id of a DAG itself: templates are not replaced here"],
    [{ dag: 'x', offset: '-1d' }, /^'wait.offset' on task 'w' is wrong: '-1d' is not a duration/],
    [{ event: 'x', task: 'y' }, "'wait.task' on task 'w' has no meaning beside 'event'; it belongs to 'dag'"],
    [{ dag: 'x', contains: 'y' }, "'wait.contains' on task 'w' has no meaning beside 'dag'; it belongs to 'http'"],
    [{ dag: 'team.load' }, "'wait.dag' on task 'w' names its own DAG, and so its own run; give it an 'offset', or wait for a task with 'after'"],
    [{ http: 'ftp://x' }, "'wait.http' on task 'w' must be an address that begins with http:// or https://, not 'ftp://x'"],
    [{ http: 'example.com' }, /^'wait.http' on task 'w' must be an address/],
    [{ http: 'http://' }, /^'wait.http' on task 'w' must be an address/],
    [{ http: 'file:///{{ ds }}' }, /^'wait.http' on task 'w' must be an address/],
    [{ http: 'http://x', method: 'DELETE' }, "'wait.method' on task 'w' must be one of GET, HEAD, POST, not 'DELETE'"],
    [{ http: 'http://x', status: 99 }, "'wait.status' on task 'w' must be a whole number from 100 to 599, not 99"],
    [{ http: 'http://x', status: [] }, "'wait.status' on task 'w' must be a list of at least one status code, not []"],
    [{ http: 'http://x', status: 'ok' }, "'wait.status' on task 'w' must be a status code or a list of them, not 'ok'"],
    [{ http: 'http://x', headers: { 'a b': 'x' } }, "'wait.headers.a b' on task 'w' is not the name of a header"],
    [{ http: 'http://x', headers: { A: 'x\ny' } }, "'wait.headers.A' on task 'w' must be one line"],
    [{ http: 'http://x', method: 'HEAD', contains: 'x' }, "'wait.contains' on task 'w' can never be met: an answer to HEAD has no body"],
    [{ event: 'a b' }, "'wait.event' on task 'w' must be the name of an event: printable, without white space, at most 200 characters, not 'a b'"],
    [{ event: 'x', onTimeout: 'success' }, /^'wait.onTimeout' on task 'w' must be one of fail, skip, not 'success'/],
    [{ event: '{{ dss }}' }, "'wait.event' on task 'w': unknown name 'dss'; did you mean 'ds'? in '{{ dss }}'"],
    [{ until: '{{ nope }}' }, /^'wait.until' on task 'w': unknown name 'nope'/],
    [{ http: 'http://{{ nope }}' }, /^'wait.http' on task 'w': unknown name 'nope'/],
    [{ http: 'http://x', headers: { A: '{{ nope }}' } }, /^'wait.headers.A' on task 'w': unknown name 'nope'/],
    [{ http: 'http://x', contains: '{{ nope }}' }, /^'wait.contains' on task 'w': unknown name 'nope'/],
  ])('that is %j', (wait, message) => {
    const found = messagesOf({ w: { wait } })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })

  it('at its line', () => {
    expect(problemsOf({ a: {}, w: { wait: {} } })[0]).toMatchObject({ file: 'load.ts', line: 3, task: 'w' })
    expect(parseYamlDags('dag: d\ntasks:\n  w:\n    wait:\n      http: http://x\n      status: 5\n', 'f.yaml').problems).toMatchObject([{ line: 6, column: 7 }])
  })
})
