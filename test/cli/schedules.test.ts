import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { renderChart } from '../../cli/views/spread-chart.js'
import { Database } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { pauseDag } from '../../shared/database/tables/dags.js'
import { storeUnscheduledDag } from '../../shared/operations/store-dag.js'
import { parseYamlDags } from '../../shared/dag/yaml.js'
import { SLOTS } from '../../shared/time/spread.js'
import { tempDir } from '../harness/temp-dir.js'
import { Workplace } from './setting.js'

const dag = (id: string, schedule: string, tasks = ['a', 'b']): string =>
  `dag: ${id}\nschedule: ${schedule}\ndefaults: { image: busybox }\ntasks:\n${tasks.map(task => `  ${task}:`).join('\n')}\n`

const DAGS = [
  dag('sales.first', '"@hourly"'), dag('sales.second', '"0 * * * *"', ['a', 'b', 'c']), dag('other.quarters', '"*/15 * * * *"'), dag('other.spread', '"@hourly~"'),
  dag('paused.hourly', '"@hourly"'), dag('hand.only', 'null'), dag('asset.one', '{ assets: [orders] }'), dag('asset.all', '{ assets: [orders, prices], when: all }'),
  dag('caught.up', '"@daily"\nstart: 2020-01-01\ncatchup: true\nmaxActiveRuns: 3'), dag('long.over', '"@daily"\nstart: 2020-01-01\nend: 2020-01-03\ncatchup: false'),
  `dag: wide\ndefaults: { image: busybox }\ntasks:\n${Array.from({ length: 501 }, (_, n) => `  t${n}:\n`).join('')}`,
].join('---\n')

let work: Workplace
beforeAll(async () => {
  const url = `sqlite:${join(tempDir('schedules'), 'test.db')}`
  work = new Workplace({}, { env: { LONGSHORE_DATABASE_URL: url } })
  const database = new Database(url, 1)
  await migrate(database)
  const { versions, problems } = parseYamlDags(DAGS, 'dags.yaml')
  expect(problems).toEqual([])
  for (const version of versions) await storeUnscheduledDag(database, version, 'dags.yaml')
  await pauseDag(database, 'paused.hourly', true)
  await database.close()
})

interface SpreadJson {
  readonly from: string
  readonly dags: number
  readonly before: Side
  readonly after: Side
}
interface Side {
  readonly slots: readonly number[]
  readonly total: number
  readonly peak: { readonly at: string; readonly tasks: number; readonly dags: readonly { readonly dag: string; readonly tasks: number }[] } | null
}

describe('dags spread', () => {
  it('counts the tasks of all DAGs that are not paused, as they are and with H', async () => {
    const spread = await work.ask<SpreadJson>('dags', 'spread')
    expect(spread.from).toMatch(/:\d0:00\.000Z$/)
    expect(spread.before.slots).toHaveLength(SLOTS)
    expect(spread.before.total).toBe(24 * (2 + 3 + 8 + 2) + 2)
    expect(spread.after.total).toBe(spread.before.total)
    expect(spread.before.peak?.dags.map(({ dag: id }) => id)).toEqual(expect.arrayContaining(['sales.first', 'sales.second', 'other.quarters']))
    expect(JSON.stringify(spread)).not.toContain('paused.hourly')
  })

  it('looks at some DAGs alone, and H moves what is fixed and nothing else', async () => {
    const sales = await work.ask<SpreadJson>('dags', 'spread', 'sales.*')
    expect(sales).toMatchObject({ dags: 2, before: { total: 24 * 5, peak: { tasks: 5, dags: [{ dag: 'sales.second', tasks: 3 }, { dag: 'sales.first', tasks: 2 }] } } })
    expect(sales.after.peak?.tasks).toBe(3)
    const others = await work.ask<SpreadJson>('dags', 'spread', 'other.*')
    expect(others.after).toEqual(others.before)
  })

  it('draws both to one scale within 80 characters, without colour in a pipe', async () => {
    const { stdout } = await work.run('dags', 'spread', 'sales.*')
    expect(stdout).toMatch(/^Task starts per 10 minutes as the DAGs are written\n120 in 24 h, at most 5 at /)
    expect(stdout).toContain('With H instead of fixed minutes and hours\n120 in 24 h, at most 3 at ')
    expect(stdout.match(/^5 ┤/gm)).toHaveLength(2)
    expect(stdout).toMatch(/DAG +TASKS +SCHEDULE\nsales\.second +3 +0 \* \* \* \*/)
    expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
     
    expect(stdout).not.toMatch(/\x1b/)
  })

  it('says that nothing is due, and refuses a pattern that no DAG has', async () => {
    expect(await work.run('dags', 'spread', 'hand.*')).toMatchObject({ code: 0, stdout: '', stderr: 'No run is due in the next 24 hours.\n' })
    expect(await work.ask<SpreadJson>('dags', 'spread', 'hand.*')).toMatchObject({ before: { total: 0, peak: null } })
    const none = await work.run('dags', 'spread', 'sale.*')
    expect(none.code).toBe(1)
    expect(none.stderr).toContain("error LS_DAG_NOT_FOUND: there is no DAG whose id matches 'sale.*'")
  })
})

describe('the chart of a spread', () => {
  const slots = Array.from({ length: SLOTS }, (_, index) => (index === 4 ? 1_000 : index % 6 === 0 ? 1 : 0))
  const chart = (width: number): string[] => renderChart(slots, { from: Date.parse('2026-01-01T00:00Z'), scale: 1_000, width }).split('\n')

  it.each([[160, 144], [100, 72], [60, 48], [40, 24]])('of %i characters has %i columns', (width, columns) => {
    const lines = chart(width)
    expect(lines.at(-2)).toBe(`    0 ┴${'─'.repeat(columns)}`)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
  })

  it('shows the scale, the times, and something wherever there is something', () => {
    const lines = chart(160)
    expect(lines[0]).toBe('1,000 ┤    █')
    expect(lines[3]).toBe('  500 ┤    █')
    expect(lines[5]).toBe(`      ┤${Array.from({ length: 139 }, (_, index) => (index === 4 ? '█' : index % 6 === 0 ? '▁' : ' ')).join('')}`)
    expect(lines[7]).toMatch(/^ {7}00:00 {13}03:00 {13}06:00/)
  })
})

describe('dags next', () => {
  it.each([
    ['hand.only', 'DAG hand.only has no schedule: its runs are started by hand or by other DAGs.\n'],
    ['asset.one', 'DAG asset.one runs when orders is updated, not by the clock.\n'],
    ['asset.all', 'DAG asset.all runs when all of orders, prices are updated, not by the clock.\n'],
    ['long.over', 'DAG long.over has no run to come: its schedule ended at 2020-01-03 00:00:00Z.\n'],
  ])('of %s says what makes its runs', async (id, said) => {
    expect(await work.run('dags', 'next', id)).toMatchObject({ code: 0, stdout: '', stderr: said })
    expect(await work.ask('dags', 'next', id)).toEqual([])
  })

  it('says what is due already, and that a paused DAG makes none', async () => {
    const { stdout, stderr } = await work.run('dags', 'next', 'caught.up')
    expect(stdout).toContain('2020-01-02 00:00:00Z  2020-01-01 00:00:00Z – 2020-01-02 00:00:00Z')
    expect(stderr).toBe('5 of these are due already, and made when fewer than 3 runs of it are active.\n')
    expect((await work.run('dags', 'next', 'paused.hourly', '-n', '1')).stderr).toContain('DAG paused.hourly is paused: no run of it starts until it is unpaused.\n')
  })
})

describe('dags show --svg', () => {
  it('prints the graph, or writes it to a file', async () => {
    const { stdout, code } = await work.run('dags', 'show', 'sales.second', '--svg')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^<svg .*<\/svg>\n$/s)
    expect(await work.run('dags', 'show', 'sales.second', '--svg', '--out', 'graph.svg')).toMatchObject({ code: 0, stdout: '', stderr: 'Wrote graph.svg.\n' })
    expect(readFileSync(join(work.folder, 'graph.svg'), 'utf8')).toBe(stdout)
  })

  it('refuses a DAG too large to be seen, a file that cannot be written, and options that mean nothing', async () => {
    const wide = await work.run('dags', 'show', 'wide', '--svg')
    expect(wide).toMatchObject({ code: 1, stdout: '' })
    expect(wide.stderr).toContain("error LS_GRAPH_TOO_LARGE: DAG 'wide' has 501 tasks and 0 edges")
    for (const wrong of [['--svg', '--json'], ['--out', 'x.svg'], ['--svg', '--out', join('nowhere', 'x.svg')]]) {
      const result = await work.run('dags', 'show', 'sales.first', ...wrong)
      expect(result.code, wrong.join(' ')).toBe(2)
      expect(result.stderr).toContain('error LS_USAGE: ')
    }
  })
})
