import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DASHBOARDS } from '../../monitoring/dashboards/dashboards.js'
import { grafanaDashboard } from '../../monitoring/dashboards/grafana.js'
import { tempDir } from '../harness/temp-dir.js'
import { dashboardQueries, knownSeries, ROOT, unknownIn } from './promql.js'

const FOLDER = join(ROOT, 'monitoring/grafana')

describe('dashboards', () => {
  it('are what their descriptions say; `npm run dashboards` makes them again', async () => {
    for (const dashboard of DASHBOARDS) await expect(`${JSON.stringify(grafanaDashboard(dashboard), null, 1)}\n`).toMatchFileSnapshot(join(FOLDER, `${dashboard.uid}.json`))
    expect(readdirSync(FOLDER).sort()).toEqual(DASHBOARDS.map(({ uid }) => `${uid}.json`).sort())
  })

  it('ask for what docs/metrics.md documents and nothing else, in queries that Prometheus parses', () => {
    const known = knownSeries()
    const problems = dashboardQueries().flatMap(({ where, query }) => unknownIn(query, known).map(problem => `${where}: ${problem}`))
    for (const { title, choices = [] } of DASHBOARDS) for (const { name, series } of choices) if (known.get(series)?.has(name) !== true) problems.push(`${title}: no label ${name} of ${series} to choose by`)
    expect(problems).toEqual([])
    const file = join(tempDir('rules'), 'queries.yml')
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules: dashboardQueries().map(({ query }, at) => ({ record: `query:${at}`, expr: query })) }] }))
    expect(execFileSync('promtool', ['check', 'rules', '--lint=none', file], { encoding: 'utf8' })).toContain(`${dashboardQueries().length} rules found`)
  })

  it('have panels that fit beside each other, each with a sentence for whoever sees it first', () => {
    for (const dashboard of DASHBOARDS) {
      const { panels } = grafanaDashboard(dashboard) as { panels: { id: number; title: string; description?: string; type: string; gridPos: { x: number; y: number; w: number; h: number } }[] }
      const taken = new Set<string>()
      for (const { title, type, description, gridPos: { x, y, w, h } } of panels) {
        if (type !== 'row') expect(description, title).toMatch(/\.$/)
        expect(x + w, title).toBeLessThanOrEqual(24)
        for (let column = x; column < x + w; column += 1) for (let line = y; line < y + h; line += 1) {
          expect(taken.has(`${column},${line}`), `${title} lies on another`).toBe(false)
          taken.add(`${column},${line}`)
        }
      }
    }
  })

  it('would be found to ask for what is not there', () => {
    const known = knownSeries()
    expect(unknownIn('sum(rate(longshore_gone_total[5m]))', known)).toEqual(['no series longshore_gone_total'])
    expect(unknownIn('max by (shed) (longshore_queue_waiting{quay=~".*"})', known)).toEqual(['longshore_queue_waiting has no label quay', 'nothing in it has a label shed'])
    expect(unknownIn('histogram_quantile(0.95, sum by (le, loop) (rate(longshore_scheduler_loop_seconds_bucket[5m])))', known)).toEqual([])
  })
})
