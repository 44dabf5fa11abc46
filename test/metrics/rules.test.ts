import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { tempDir } from '../harness/temp-dir.js'
import { CASES, type AlertCase } from './alert-cases.js'
import { knownSeries, ROOT, unknownIn } from './promql.js'

const MONITORING = join(ROOT, 'monitoring')
const FILES = readdirSync(join(MONITORING, 'rules')).map(name => join(MONITORING, 'rules', name))

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

const RULES = FILES.flatMap(file => (parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules))

/** Anchors of a page as GitHub makes them of its headings. */
const anchorsOf = (page: string): Set<string> => new Set([...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-')))

/** How many alerts of a rule fire at a time. `ALERTS` is what Prometheus itself writes down of them. */
const counted = (alert: string, at: string, count: number) =>
  ({ eval_time: at, expr: `count(ALERTS{alertname="${alert}", alertstate="firing"})`, exp_samples: count === 0 ? [] : [{ labels: '{}', value: count }] })

const input = (series: AlertCase['fires']) => Object.entries(series).map(([name, values]) => ({ series: name, values }))

describe('alert rules', () => {
  it('have a severity, a summary, a description, and a runbook that exists', () => {
    const anchors = anchorsOf(join(ROOT, 'docs/operations/runbooks.md'))
    for (const { alert, labels = {}, annotations = {} } of RULES) {
      expect(labels['severity'], alert).toMatch(/^(critical|warning)$/)
      expect(Object.keys(annotations).sort(), alert).toEqual(['description', 'runbook_url', 'summary'])
      const [page, anchor = ''] = annotations['runbook_url']?.split('#') ?? []
      expect(page, alert).toBe('file:///usr/share/doc/longshore/docs/operations/runbooks.md')
      expect([...anchors], `${alert}: #${anchor} of docs/operations/runbooks.md`).toContain(anchor)
    }
    expect(new Set(RULES.map(({ alert }) => alert)).size).toBe(RULES.length)
  })

  it('ask for what docs/metrics.md documents and nothing else', () => {
    const known = knownSeries()
    expect(RULES.flatMap(({ alert, expr }) => unknownIn(expr, known).map(problem => `${alert}: ${problem}`))).toEqual([])
  })

  it('fire each when it should, say so in a sentence, and are silent when all is well', () => {
    expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ alert }) => alert).sort())
    // promtool evaluates all rules of a file at each step: one rule and its two cases in each takes a twentieth of the time.
    const folder = tempDir('rules')
    const files = RULES.map(rule => {
      const { fires, after, silent, alerts = 1, exactly } = CASES[rule.alert] as AlertCase
      writeFileSync(join(folder, `${rule.alert}.yml`), JSON.stringify({ groups: [{ name: 'one', rules: [rule] }] }))
      const file = join(folder, `${rule.alert}.test.yml`)
      writeFileSync(file, JSON.stringify({ rule_files: [`${rule.alert}.yml`], evaluation_interval: '15s', tests: [
        { interval: '15s', input_series: input(fires), promql_expr_test: [counted(rule.alert, after, alerts)], ...(exactly !== undefined && {
          alert_rule_test: [{ eval_time: after, alertname: rule.alert, exp_alerts: [{ exp_labels: { ...rule.labels, ...exactly.labels }, exp_annotations: { ...rule.annotations, ...exactly.annotations } }] }],
        }) },
        { interval: '15s', input_series: input(silent), promql_expr_test: [counted(rule.alert, after, 0)] },
      ] }))
      return file
    })
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', ...files], { encoding: 'utf8' })
    expect({ status, failed: `${stdout}${stderr}`.split(/^Unit Testing: /m).filter(text => text.includes('FAILED')) }).toEqual({ status: 0, failed: [] })
    expect(stdout.match(/SUCCESS/g)).toHaveLength(RULES.length)
  })

  it('are those of docs/operations/monitoring.md', () => {
    const documented = [...readFileSync(join(ROOT, 'docs/operations/monitoring.md'), 'utf8').matchAll(/^\| `(Longshore\w+)` \| (\w+) \| (.*?) \| \[.*\]\((.*)\) \|$/gm)].map(([, ...cells]) => cells)
    expect(documented).toEqual(expect.arrayContaining(RULES.map(rule => [rule.alert, rule.labels?.['severity'], rule.for ?? 'at once', rule.annotations?.['runbook_url']?.replace(/^.*\//, '')])))
    expect(documented).toHaveLength(RULES.length)
  })

  it('are understood by Prometheus, as are both configurations, which name the same jobs as Terraform', () => {
    execFileSync('promtool', ['check', 'rules', ...FILES])
    const jobs = (name: string): string[] => (parse(readFileSync(join(MONITORING, name), 'utf8')) as { scrape_configs: { job_name: string }[] }).scrape_configs.map(({ job_name }) => job_name)
    for (const name of ['prometheus.yml', 'prometheus-ec2.yml']) execFileSync('promtool', ['check', 'config', '--syntax-only', join(MONITORING, name)])
    expect(jobs('prometheus.yml')).toEqual([...jobs('prometheus-ec2.yml'), 'longshore-https'])
    const asked = new Set(RULES.flatMap(({ expr }) => [...expr.matchAll(/job="([\w-]+)"/g)].map(([, job]) => job)))
    expect(jobs('prometheus.yml')).toEqual(expect.arrayContaining([...asked]))
    const terraform = readFileSync(join(ROOT, 'terraform/modules/observability/prometheus.tf'), 'utf8')
    for (const job of ['longshore-scheduler', 'longshore-web', 'longshore-worker', 'node']) expect(terraform).toMatch(new RegExp(`^ +${job} +=`, 'm'))
  })
})
