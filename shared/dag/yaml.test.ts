import { describe, expect, it } from 'vitest'
import { parseYamlDags } from './yaml.js'

const EXAMPLE = `dag: analytics.daily_load
schedule: H 2 * * *
timezone: America/Los_Angeles
start: 2026-01-01
catchup: false
defaults: { image: analytics:stable, queue: etl, retries: 3, retryDelay: 30s, backoff: exponential, timeout: 1h }
tasks:
  extract:
    command: [python3, extract.py, --from, "{{ data_interval_start }}"]
  list_parts:
    command: [python3, parts.py]
    result: true
    after: [extract]
  report:
    command: [python3, report.py, 5, "{{ results.list_parts }}"]
    triggerRule: all_done
    after: [list_parts]
`
const problems = (text: string) => parseYamlDags(text, 'load.yaml').problems.map(({ line, column, message }) => `${line}:${column} ${message}`)

describe('a DAG in YAML', () => {
  it('becomes the same canonical form', () => {
    const { versions, problems: wrong } = parseYamlDags(EXAMPLE, 'load.yaml')
    expect(wrong).toEqual([])
    expect(versions[0]?.spec).toMatchObject({ dag: 'analytics.daily_load', start: Date.parse('2026-01-01T08:00Z'), schedule: { kind: 'cron' } })
    expect(versions[0]?.spec.tasks.map(({ id, after, queue, retries }) => [id, after, queue, retries])).toEqual([
      ['extract', [], 'etl', 3], ['list_parts', ['extract'], 'etl', 3], ['report', ['list_parts'], 'etl', 3],
    ])
  })

  it('may share a file with others, one a document', () => {
    const two = `dag: a\ntasks: { x: { image: i } }\n---\ndag: b\ntasks: { x: { image: i } }\n`
    expect(parseYamlDags(two, 'f.yaml').versions.map(({ spec }) => spec.dag)).toEqual(['a', 'b'])
  })

  it('may use anchors and aliases', () => {
    const text = 'dag: a\ntasks:\n  x: &base { image: i, retries: 2 }\n  y: *base\n'
    expect(parseYamlDags(text, 'f.yaml').versions[0]?.spec.tasks[1]?.retries).toBe(2)
  })

  it('is told every problem with its line and column', () => {
    expect(problems(EXAMPLE.replace('triggerRule: all_done', 'triggerRule: all_don').replace('result: true', 'reslt: true').replace('catchup: false', 'maxActiveRuns: 0'))).toEqual([
      "5:1 'maxActiveRuns' on DAG 'analytics.daily_load' must be a whole number of at least 1; zero does not mean unlimited, not 0",
      "12:5 unknown key 'reslt' on task 'list_parts'; did you mean 'result'?",
      "15:38 'command[3]' on task 'report': 'list_parts' is not a task upstream with result: true in '{{ results.list_parts }}'",
      expect.stringMatching(/^16:5 'triggerRule' on task 'report' must be one of .*did you mean 'all_done'\?$/),
    ])
  })

  it('is told the place of what is missing by what is around it', () => {
    expect(problems('dag: a\ntasks:\n  x:\n    retries: 1\n')).toEqual([expect.stringContaining("3:3 task 'x' has no image")])
    expect(problems('schedule: "@daily"\ntasks: { x: { image: i } }\n')).toEqual(['1:1 a DAG has no id'])
    expect(problems('dag: a\nimage: x\n')).toEqual(["2:1 unknown key 'image' on DAG 'a'", "1:1 DAG 'a' has no tasks"].sort())
  })

  it('with the same task twice is refused', () => {
    expect(problems('dag: a\ntasks:\n  x: { image: i }\n  x: { image: i }\n')).toEqual(['4:3 this is not YAML: Map keys must be unique'])
  })

  it('with tasks in a list is refused', () => {
    expect(problems('dag: a\ntasks: [x]\n')).toEqual(["2:1 'tasks' must be a map from the id of each task to its keys"])
  })

  it('that is not YAML is refused at its line', () => {
    expect(problems('dag: a\ntasks: {\n')[0]).toMatch(/^\d+:\d+ this is not YAML: /)
    expect(problems('dag: "a\n')[0]).toMatch(/^\d+:\d+ this is not YAML: /)
  })

  it('is not what every YAML file is: others are passed over', () => {
    expect(parseYamlDags('services: { web: { image: nginx } }\n', 'compose.yaml')).toEqual({ versions: [], problems: [] })
    expect(parseYamlDags('', 'empty.yaml')).toEqual({ versions: [], problems: [] })
  })
})
