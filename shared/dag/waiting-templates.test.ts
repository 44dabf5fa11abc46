import { describe, expect, it } from 'vitest'
import type { TaskContext } from './context.js'
import type { WaitSpec } from './model.js'
import { renderTrigger, renderWait } from './waiting-templates.js'

const context: TaskContext = {
  dag: 'team.load', task: 'w', runId: 'r', mapIndex: 3, tryNumber: 1, fence: 1, attempt: '1.1', logicalDate: 0, dataIntervalStart: 0, dataIntervalEnd: 86_400_000,
  timezone: 'UTC', params: { host: 'http://h', n: 5, list: [1, { a: 2 }], empty: '', quote: 'a"b' }, results: { parts: ['x'] }, previous: null, item: { region: 'eu' },
}
const http: WaitSpec = { kind: 'http', url: '{{ params.host }}/{{ ds }}', method: 'GET', headers: { A: '{{ run_id }}' }, status: [200], contains: '{{ item.region }}', onTimeout: 'fail' }

describe('a wait', () => {
  it('is rendered in every text that may be a template', () => {
    expect(renderWait(http, context)).toEqual({ ...http, url: 'http://h/1970-01-01', headers: { A: 'r' }, contains: 'eu' })
    expect(renderWait({ kind: 'event', event: 'up:{{ item.region }}', onTimeout: 'skip' }, context)).toEqual({ kind: 'event', event: 'up:eu', onTimeout: 'skip' })
    expect(renderWait({ kind: 'time', until: '{{ ds }}T12:00', onTimeout: 'fail' }, context)).toEqual({ kind: 'time', until: '1970-01-01T12:00', onTimeout: 'fail' })
    const other: WaitSpec = { kind: 'dag', dag: 'x', task: null, offset: 5, onTimeout: 'fail' }
    expect(renderWait(other, context)).toEqual(other)
  })

  it.each<[WaitSpec, string]>([
    [{ ...http, url: '{{ params.quote }}' }, `'wait.http' on task 'w' of DAG 'team.load': 'a"b' is not an address that begins with http:// or https://`],
    [{ ...http, headers: { A: '{{ results.nope }}' } }, "'wait.headers.A' on task 'w' of DAG 'team.load': undefined variable: results.nope in '{{ results.nope }}'"],
    [{ ...http, headers: { A: "{{ 'a\nb' }}" } }, "'wait.headers.A' on task 'w' of DAG 'team.load': a header must be one line"],
    [{ kind: 'event', event: '{{ params.empty }}', onTimeout: 'fail' }, "'wait.event' on task 'w' of DAG 'team.load': '' is not the name of an event: printable, without white space, at most 200 characters"],
    [{ kind: 'time', until: '{{ params.host }}', onTimeout: 'fail' }, "'wait.until' on task 'w' of DAG 'team.load': 'http://h' is not something to wait for; write a time of day such as 09:30, a date such as 2026-01-31T09:30, or a duration such as 2h"],
  ])('of which nothing can come says where and why: %j', (wait, message) => {
    expect(() => renderWait(wait, context)).toThrow(expect.objectContaining({ code: 'LS_TEMPLATE', message }) as Error)
  })

  it('has no item outside a mapped task', () => {
    expect(() => renderWait(http, { ...context, item: undefined })).toThrow('undefined variable: item')
  })
})

describe('a trigger', () => {
  const render = (value: unknown) => renderTrigger({ dag: 'x', params: { value }, wait: false }, context).params['value']

  it('is rendered at any depth, and keeps what is no template', () => {
    expect(render({ a: ['{{ ds }}', { b: 'run {{ run_id }}' }], n: 1, none: null })).toEqual({ a: ['1970-01-01', { b: 'run r' }], n: 1, none: null })
  })

  it.each<[string, unknown]>([
    ['{{ params.n }}', 5], ['{{params.list}}', [1, { a: 2 }]], ['{{ item }}', { region: 'eu' }], ['{{- map_index -}}', 3], [" {{ results.parts | first }} ", 'x'],
    ['{{ prev_data_interval_start_success }}', null], ["{{ params.n | append: '}}' }}", '5}}'],
    ['{{ params.n }}{{ params.n }}', '55'], ['n={{ params.n }}', 'n=5'], ["{{ params.n | append: '' }}", '5'], ['{% if true %}{{ params.n }}{% endif %}', '5'],
  ])('%s becomes %j', (text, expected) => {
    expect(render(text)).toEqual(expected)
  })

  it('says where a name is unknown', () => {
    expect(() => render(['{{ results.nope }}'])).toThrow("'trigger.params.value[0]' on task 'w' of DAG 'team.load': undefined variable: results.nope in '{{ results.nope }}'")
    expect(() => render('{{ ds | nope }}')).toThrow('undefined filter: nope')
  })

  it('cannot be made to fill the memory', () => {
    expect(() => render('{{ (1..1000000000) }}')).toThrow('limit exceeded')
  })
})
