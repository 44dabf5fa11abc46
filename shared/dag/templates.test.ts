import { describe, expect, it } from 'vitest'
import { LongshoreError } from '../errors.js'
import type { TaskContext } from './context.js'
import { taskEnvironment } from './environment.js'
import type { TaskSpec } from './model.js'
import { checkTemplate, renderTask } from './templates.js'

const context: TaskContext = {
  dag: 'team.load', task: 'load', runId: 'scheduled__2026-01-01', mapIndex: -1, tryNumber: 2, fence: 7, attempt: '12.7',
  logicalDate: Date.parse('2026-01-01T08:00Z'), dataIntervalStart: Date.parse('2026-01-01T08:00Z'), dataIntervalEnd: Date.parse('2026-01-02T08:00Z'),
  timezone: 'America/Los_Angeles', params: { region: 'eu', sizes: [1, 2] }, results: { parts: ['a', 'b'], 'group.count': { n: 3 } }, previous: null, item: undefined,
}

const task: TaskSpec = {
  id: 'load', kind: 'container', image: 'i', entrypoint: null, command: null, env: {}, secrets: {}, mounts: [], network: null, user: null, workdir: null, cpus: null, memory: null,
  shm: null, gpus: null, readOnly: false, capAdd: [], pull: 'missing', labels: {}, stopGrace: 10_000, queue: 'default', pool: null, poolSlots: 1, maxActive: null, priorityWeight: 1, weightRule: 'downstream', retries: 0, retryDelay: 30_000, backoff: 'constant',
  maxRetryDelay: 3_600_000, timeout: null, startTimeout: null, triggerRule: 'all_success', after: [], dependsOnPast: false, waitForDownstream: false, map: null, branch: false, shortCircuit: false, outlets: [], wait: null, trigger: null, result: false, skipExitCodes: [], failExitCodes: [],
  notYetExitCode: null, pokeInterval: 60_000,
}

const render = (text: string, given: Partial<TaskContext> = {}): string | undefined => renderTask({ ...task, command: [text] }, { ...context, ...given }).command?.[0]

describe('templates', () => {
  it.each([
    ['{{ ds }} {{ ds_nodash }}', '2026-01-01 20260101'],
    ['{{ ts }}', '2026-01-01T00:00:00-08:00'],
    ['{{ ts_nodash }}', '20260101T000000'],
    ['{{ logical_date }} {{ data_interval_start }}', '2026-01-01T00:00:00-08:00 2026-01-01T00:00:00-08:00'],
    ['{{ data_interval_end }}', '2026-01-02T00:00:00-08:00'],
    ['{{ dag_id }}/{{ task_id }}/{{ run_id }}', 'team.load/load/scheduled__2026-01-01'],
    ['{{ map_index }} {{ try_number }} {{ fence }} {{ attempt }}', '-1 2 7 12.7'],
    ['{{ params.region }} {{ params.sizes }}', 'eu [1,2]'],
    ["{{ results.parts }} {{ results['group.count'].n }}", '["a","b"] 3'],
    ['[{{ prev_data_interval_start_success }}]', '[]'],
    ['{% if try_number > 1 %}again{% endif %}', 'again'],
    // A task that was skipped has no result.
    ["{{ results.skipped | default: 'none' }}{% if results.skipped %}!{% endif %}", 'none'],
    ["{{ data_interval_end | date: '%Y-%m-%d %H:%M %z' }}", '2026-01-02 00:00 -0800'],
    ['{{ ds | ds_add: -1 }}', '2025-12-31'],
    ["{% raw %}{{ json .Config }}{% endraw %}", '{{ json .Config }}'],
    ['no template at all', 'no template at all'],
  ])('%s gives %s', (text, expected) => {
    expect(render(text)).toBe(expected)
  })

  it('write UTC with an offset, as Airflow does', () => {
    expect(render('{{ ts }}', { timezone: 'UTC' })).toBe('2026-01-01T08:00:00+00:00')
    expect(render('{{ ts }}', { timezone: 'UTC', logicalDate: 1 })).toBe('1970-01-01T00:00:00.001+00:00')
  })

  it('know the item of a mapped instance, whatever it is', () => {
    expect(render('{{ item.region }}/{{ item.sizes }}', { item: { region: 'eu', sizes: [1] } })).toBe('eu/[1]')
    expect(render('[{{ item }}]', { item: null })).toBe('[]')
    expect(() => render('{{ item }}')).toThrow('undefined variable: item')
  })

  it('name the interval of the previous success when there is one', () => {
    const previous = { dataIntervalStart: Date.parse('2025-12-31T08:00Z'), dataIntervalEnd: Date.parse('2026-01-01T08:00Z') }
    expect(render('{{ prev_data_interval_end_success }}', { previous })).toBe('2026-01-01T00:00:00-08:00')
  })

  it('are rendered in command, entrypoint, image, env, mounts, workdir and labels', () => {
    const t = '{{ ds }}', ds = '2026-01-01'
    expect(renderTask({ ...task, image: `i:${t}`, command: [t], entrypoint: [t], env: { A: t }, mounts: [{ source: `/a/${t}`, target: `/b/${t}`, readOnly: true }], workdir: `/${t}`, labels: { l: t } }, context)).toEqual({
      image: `i:${ds}`, command: [ds], entrypoint: [ds], env: { A: ds }, mounts: [{ source: `/a/${ds}`, target: `/b/${ds}`, readOnly: true }], workdir: `/${ds}`, labels: { l: ds },
    })
  })

  it('never reach files, the clock of the host, or what an object inherits', () => {
    for (const text of ['{% include "/etc/passwd" %}', '{% render "/etc/passwd" %}', '{% layout "/etc/passwd" %}', '{{ params.constructor }}', '{{ process }}']) {
      expect(() => render(text)).toThrow(LongshoreError)
    }
  })

  it('are stopped when they would hold up the scheduler', () => {
    expect(() => render('{% for i in (1..1000000000) %}{{ i }}{% endfor %}')).toThrow('limit exceeded')
  })

  it('that cannot be rendered say where and why, with a code', () => {
    const error = (() => {
      try {
        return render('{{ results.missing }}')
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toMatchObject({ code: 'LS_TEMPLATE', message: "'command[0]' on task 'load' of DAG 'team.load': undefined variable: results.missing in '{{ results.missing }}'" })
  })
})

describe('templates at parse time', () => {
  const names = { params: ['region'], results: ['parts', 'group.count'], item: null }

  it.each([
    '{{ ds }}', 'plain', '{{ params.region | upcase }}', '{{ results.parts[0] }}', "{{ results['group.count'].n }}", '{{ params }}',
    '{% for part in results.parts %}{{ part.size }}{{ forloop.index }}{% endfor %}', '{% assign x = ds %}{{ x }}',
  ])('%s is accepted', text => {
    expect(checkTemplate(text, names)).toEqual([])
  })

  it.each([
    ['{{ dss }}', "unknown name 'dss'; did you mean 'ds'? in '{{ dss }}'"],
    ['{{ item }}', "'item' is known in mapped tasks only, and this one has no 'map' in '{{ item }}'"],
    ['{{ params.regoin }}', "unknown param 'regoin'; did you mean 'region'? in '{{ params.regoin }}'"],
    ['{% if params.nope %}x{% endif %}', "unknown param 'nope' in '{% if params.nope %}x{% endif %}'"],
    ['{{ results.part }}', "'part' is not a task upstream with result: true; did you mean 'parts'? in '{{ results.part }}'"],
    ['{{ results.group.count }}', "a task in a group is written results['group.count'] in '{{ results.group.count }}'"],
    ['{{ ds | upcas }}', "undefined filter: upcas in '{{ ds | upcas }}'"],
    ['{% include "x" %}', `tag "include" not found in '{% include "x" %}'`],
    ['{{ ds', "output \"{{ ds\" not closed in '{{ ds'"],
  ])('%s is refused', (text, problem) => {
    expect(checkTemplate(text, names)).toEqual([problem])
  })

  it('that have several things wrong tell all of them', () => {
    expect(checkTemplate('{{ a1 }} {{ params.x }}', names)).toHaveLength(2)
  })
})

describe('the environment of a task', () => {
  it('holds the same context', () => {
    expect(taskEnvironment(context)).toEqual({
      LONGSHORE_DAG_ID: 'team.load', LONGSHORE_TASK_ID: 'load', LONGSHORE_RUN_ID: 'scheduled__2026-01-01', LONGSHORE_MAP_INDEX: '-1', LONGSHORE_TRY_NUMBER: '2',
      LONGSHORE_FENCE: '7', LONGSHORE_ATTEMPT: '12.7', LONGSHORE_LOGICAL_DATE: '2026-01-01T00:00:00-08:00',
      LONGSHORE_DATA_INTERVAL_START: '2026-01-01T00:00:00-08:00', LONGSHORE_DATA_INTERVAL_END: '2026-01-02T00:00:00-08:00',
      LONGSHORE_PARAMS: '{"region":"eu","sizes":[1,2]}',
    })
  })

  it('holds the item of a mapped instance as JSON', () => {
    expect(taskEnvironment({ ...context, mapIndex: 4, item: { day: 'a"b' } })).toMatchObject({ LONGSHORE_MAP_INDEX: '4', LONGSHORE_ITEM: '{"day":"a\\"b"}' })
    expect(taskEnvironment({ ...context, item: null })).toMatchObject({ LONGSHORE_ITEM: 'null' })
  })
})
