import { readdirSync, readFileSync, writeFileSync, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DagSpec } from '../../shared/dag/model.js'
import { validateFile } from '../../scheduler/dag-processor/validate-file.js'
import { tempDir } from '../harness/temp-dir.js'
import { DATA, runDag, type Surroundings } from './run-dag.js'

const EXAMPLES = resolve(import.meta.dirname, '../../examples')
const CHECKOUT = resolve(EXAMPLES, '..')

const surroundings = (more: Partial<Surroundings> = {}): Surroundings => ({ out: tempDir('out'), results: tempDir('results'), ...more })

async function dagsOf(file: string): Promise<readonly DagSpec[]> {
  const outcome = await validateFile(join(EXAMPLES, file))
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems, null, 2))
  return outcome.dags.map(({ spec }) => spec)
}

async function onlyDag(file: string): Promise<DagSpec> {
  const [spec, ...others] = await dagsOf(file)
  expect(others).toEqual([])
  return spec as DagSpec
}

/** What a task says about its container and not about the work. */
const WHERE_IT_RUNS = { image: null, pull: null, network: null, memory: null, user: null, mounts: null, env: null }

const filesOf = (folder: string): string[] => readdirSync(join(EXAMPLES, folder)).map(name => join(folder, name))

/** Computed from the raw table in a way of its own: no parser, no groups, sums in tenths. */
function monthsByHand(): Map<string, { readonly days: number; readonly precipitation: number; readonly high: number }> {
  const sums = new Map<string, { days: number; rain: number; high: number }>()
  for (const line of readFileSync(join(DATA, 'weather.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [station = '', date = '', rain = '', high = ''] = line.split(',')
    const sum = sums.get(`${station} ${date.slice(0, 7)}`) ?? { days: 0, rain: 0, high: 0 }
    sums.set(`${station} ${date.slice(0, 7)}`, { days: sum.days + 1, rain: sum.rain + Math.round(Number(rain) * 10), high: sum.high + Math.round(Number(high) * 10) })
  }
  return new Map([...sums].map(([key, { days, rain, high }]) => [key, { days, precipitation: rain / 10, high: high / 10 / days }]))
}

interface Month {
  readonly station: string
  readonly month: string
  readonly days: number
  readonly high: number
  readonly low: number
  readonly precipitation: number
}

function tableOf(out: string): Month[] {
  const folder = join(out, 'warehouse/monthly_weather')
  const last = readdirSync(join(folder, 'commits')).sort().at(-1) as string
  const { data } = JSON.parse(readFileSync(join(folder, 'commits', last), 'utf8')) as { data: string }
  return readFileSync(join(folder, data), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Month)
}

describe('the example DAGs', () => {
  it.each([...filesOf('dags'), ...filesOf('dags-without-docker')])('%s is accepted by the evaluator', async file => {
    expect((await dagsOf(file)).length).toBeGreaterThan(0)
  })

  it('only mount folders that are there, and only the output folder can be written to', async () => {
    const specs = (await Promise.all(filesOf('dags').filter(file => file.endsWith('.ts')).map(dagsOf))).flat()
    for (const { source, target, readOnly } of specs.flatMap(({ tasks }) => tasks.flatMap(({ mounts }) => mounts))) {
      expect(existsSync(source), source).toBe(true)
      expect(readOnly).toBe(target !== '/out')
    }
  })

  it('are the same with and without Docker but for where the tasks run', async () => {
    const shape = ({ tasks, ...dag }: DagSpec): unknown => ({
      ...dag,
      tasks: tasks.map(task => ({
        ...task, kind: task.kind === 'process' ? 'container' : task.kind,
        command: task.command?.map(word => word.replace(join(EXAMPLES, 'scripts'), '/app')), ...WHERE_IT_RUNS,
      })),
    })
    for (const name of readdirSync(join(EXAMPLES, 'dags-without-docker'))) {
      const [asProcesses, inContainers] = [await dagsOf(`dags-without-docker/${name}`), await dagsOf(`dags/${name}`)]
      expect(asProcesses.map(shape)).toEqual(inContainers.map(shape))
      const tasks = asProcesses.flatMap(dag => dag.tasks).filter(({ command }) => command !== null)
      expect(new Set(tasks.map(({ kind }) => kind))).toEqual(new Set(['process']))
      expect(tasks[0]?.env).toEqual({ DATA, OUT: join(EXAMPLES, 'out') })
    }
  })
})

describe('examples.weather', () => {
  it('loads what an independent count of the raw table gives, month by month', async () => {
    const where = surroundings()
    const runs = runDag(await onlyDag('dags-without-docker/weather.ts'), where)
    expect(Object.fromEntries([...runs].map(([id, { state }]) => [id, state]))).toEqual(Object.fromEntries([...runs.keys()].map(id => [id, 'success'])))

    const byHand = monthsByHand()
    const table = tableOf(where.out)
    expect(table).toHaveLength(byHand.size)
    for (const { station, month, days, precipitation, high, low } of table) {
      const expected = byHand.get(`${station} ${month}`)
      expect({ station, month, days, precipitation }).toEqual({ station, month, days: expected?.days, precipitation: expected?.precipitation })
      expect(high).toBeCloseTo(expected?.high ?? NaN, 1)
      expect(low).toBeLessThan(high)
    }
    expect(runs.get('clean')?.result).toMatchObject({ rows: 2922, duplicates: 1461, rejected: 0, stations: { 'Seattle': 1461, 'New York': 1461 } })
    expect(runs.get('report')?.tries[0]?.stdout).toContain('Wettest month of 2015: 2015-12 in Seattle (284.5 mm)')
  })

  it('has one task whose first try fails and whose second succeeds, in every run', async () => {
    const spec = await onlyDag('dags/weather.ts')
    const where = surroundings()
    for (const runId of ['first', 'second']) {
      const runs = runDag(spec, { ...where, runId, results: tempDir('results') })
      const retried = [...runs].filter(([, { tries }]) => tries.length > 1)
      expect(retried.map(([id, { tries }]) => [id, tries.map(({ code }) => code)])).toEqual([['extract.two_cities', [1, 0]]])
      expect(retried[0]?.[1].tries[0]?.stderr).toContain("the station's service answered 503")
    }
  })

  it('draws a bar for each month and a chart that explains itself', async () => {
    const where = surroundings()
    const { file } = runDag(await onlyDag('dags/weather.ts'), where).get('chart')?.result as { file: string }
    const svg = readFileSync(join(where.out, file), 'utf8')
    expect(svg.match(/data-month=/g)).toHaveLength(96)
    expect(svg, 'examples/weather.svg, which the README shows, is of another version').toBe(readFileSync(join(EXAMPLES, 'weather.svg'), 'utf8'))
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    for (const text of ['Monthly weather in Seattle and New York, 2012–2015', '40 °C', '300 mm', '>2014<', 'mean daily high', 'mean daily low', 'precipitation']) expect(svg).toContain(text)
  })

  it('makes one version of the table however often the same months are loaded', async () => {
    const spec = await onlyDag('dags/weather.ts')
    const where = surroundings()
    const [first, second] = ['first', 'second'].map(runId => runDag(spec, { ...where, runId, results: tempDir('results') }).get('load')?.result)
    expect(first).toMatchObject({ version: 1, changed: true })
    expect(second).toMatchObject({ version: 1, changed: false })
  })

  it('fails at once, without another try, when the days do not add up', async () => {
    const spec = await onlyDag('dags/weather.ts')
    const tasks = spec.tasks.map(task => (task.id === 'load' ? { ...task, command: task.command?.map(word => (word.includes('results.clean') ? '2923' : word)) ?? null } : task))
    const runs = runDag({ ...spec, tasks }, surroundings())
    expect(runs.get('load')).toMatchObject({ state: 'failed', tries: [{ code: 65 }] })
    expect(runs.get('load')?.tries[0]?.stderr).toContain('hold 2922 days, 2923 were cleaned')
    expect(runs.get('report')?.state).toBe('upstream_failed')
  })

  it('rejects a few bad rows, and a table that is mostly bad', async () => {
    const spec = await onlyDag('dags/weather.ts')
    const clean = { ...spec, tasks: spec.tasks.filter(({ id }) => id === 'clean').map(task => ({ ...task, after: [] })) }
    const header = 'location,date,precipitation,temp_max,temp_min,wind,weather'
    const good = Array.from({ length: 200 }, (_, day) => `"Seattle",${new Date(day * 86_400_000).toISOString().slice(0, 10)},0.0,12.8,5.0,4.7,sun`)
    const bad = ['Seattle,2012-02-30,0.0,12.8,5.0,4.7,sun', 'Seattle,2012-02-28,,12.8,5.0,4.7,sun', 'Seattle,2012-02-28,0.0,1,5.0,4.7,sun']
    const cleaned = (rows: readonly string[]) => {
      const where = surroundings({ runId: 'r' })
      const raw = join(where.out, 'runs/examples.weather/r/raw')
      mkdirSync(raw, { recursive: true })
      writeFileSync(join(raw, 'weather.csv'), `${[header, ...rows].join('\r\n')}\r\n`)
      return runDag(clean, where).get('clean')
    }
    expect(cleaned([...good, ...bad.slice(0, 2)])).toMatchObject({ state: 'success', result: { rows: 200, rejected: 2 } })
    expect(cleaned([...good, ...bad])).toMatchObject({ state: 'failed', tries: [{ code: 65 }] })
  })
})

describe('examples.flights', () => {
  const flights = JSON.parse(readFileSync(join(DATA, 'flights-20k.json'), 'utf8')) as { date: string; origin: string; delay: number }[]

  it('are one DAG for each airport, and count the flights that the raw table has', async () => {
    const specs = await dagsOf('dags/flights.ts')
    expect(specs.map(({ dag }) => dag)).toEqual(['atl', 'dfw', 'lax', 'ord'].map(airport => `examples.flights_${airport}`))
    for (const spec of specs) {
      const runs = runDag(spec, surroundings())
      for (const month of ['2001-01', '2001-02', '2001-03']) {
        const own = flights.filter(({ origin, date }) => origin.toLowerCase() === spec.dag.slice(-3) && date.startsWith(month.replace('-', '/')))
        const mean = own.reduce((sum, { delay }) => sum + delay, 0) / own.length
        const { result } = runs.get(`delays_${month}`) as { result: { flights: number; mean: number } }
        expect(result.flights).toBe(own.length)
        expect(result.mean).toBeCloseTo(mean, 0)
      }
    }
  })

  it('raise the alarm above the limit and skip it below; the summary comes either way', async () => {
    const [spec] = await dagsOf('dags/flights.ts')
    for (const [alarm, state] of [[0, 'success'], [60, 'skipped']] as const) {
      const runs = runDag(spec as DagSpec, surroundings({ params: { alarm } }))
      expect(runs.get('alarm')?.state).toBe(state)
      expect(runs.get('summary')).toMatchObject({ state: 'success', tries: [{ code: 0 }] })
      expect(runs.get('summary')?.tries[0]?.stdout.trim().split('\n')).toHaveLength(3)
    }
  })
})

describe('examples.earthquakes', () => {
  it('counts every earthquake of the feed once by day and once by magnitude', async () => {
    const runs = runDag(await onlyDag('dags/earthquakes.yaml'), surroundings({ params: { checkout: CHECKOUT } }))
    const total = readFileSync(join(DATA, 'earthquakes.json'), 'utf8').split('"type":"earthquake"').length - 1
    expect(runs.get('check')?.result).toMatchObject({ rows: total })
    for (const id of ['by_day', 'by_magnitude']) {
      const { counts } = runs.get(id)?.result as { counts: { count: number }[] }
      expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(total)
    }
    expect(runs.get('summary')?.tries[0]?.stdout).toContain('of magnitude 5 or more: 39; the strongest: 6.4 22km NNE of Hualian, Taiwan')
  })
})
