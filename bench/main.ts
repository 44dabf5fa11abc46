import { parseArgs } from 'node:util'
import { SHAPES, type Shape } from './shapes.js'
import { Stage } from './stage.js'
import { runW1 } from './workloads/w1.js'
import { NETWORKS, runW4, type Concurrency, type Network } from './workloads/w4.js'
import { runW8, W8_DATABASE } from './workloads/w8.js'
import { LARGE_SHAPES, runW9, type LargeShape } from './workloads/w9.js'

const USAGE = `Usage: npm run bench -- W1 [--small] [--runs N] [--shape S] [--dags N --tasks N] [--json]
       npm run bench -- W4 [--networks none,host,bridge] [--count 100] [--concurrency 1,best] [--runs N] [--runtime crun] [--json]
       npm run bench -- W8 [--instances 10000000] [--count 100] [--filled URL] [--no-pages] [--json]
       npm run bench -- W9 [--sizes 100,1000,10000] [--shape S] [--json]

  W1   Airflow's own shapes with the no-op executor on MariaDB and Redis:
       the time between two tasks, and tasks per second
  W4   a container per task: a worker beside a bare dockerode loop, in turns;
       --runtime: what runs the worker's containers, as Docker calls it
  W8   the API over a long history in MariaDB: time and bytes of each answer,
       and grids in Chromium; --filled URL asks a database that is filled
  W9   one large DAG (wide, deep, fan_in): what the end of one task costs the
       scheduler, against the size of the DAG`

interface Report {
  readonly text: string
  readonly correct: boolean
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    small: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, runs: { type: 'string', default: '5' }, shape: { type: 'string' },
    networks: { type: 'string', default: NETWORKS.join(',') }, count: { type: 'string', default: '100' }, concurrency: { type: 'string', default: '1,best' }, runtime: { type: 'string', default: '' },
    dags: { type: 'string' }, tasks: { type: 'string' }, sizes: { type: 'string', default: '100,1000,10000' }, instances: { type: 'string', default: '10000000' },
    filled: { type: 'string' }, 'no-pages': { type: 'boolean', default: false },
  },
})

function usage(problem: string): never {
  console.error(problem)
  process.exit(2)
}

function chosenShapes<S extends string>(known: readonly S[]): readonly S[] {
  if (values.shape === undefined) return known
  const found = known.find(shape => shape === values.shape)
  return found === undefined ? usage(`unknown shape '${values.shape}'; there are ${known.join(', ')}`) : [found]
}

function wholeNumber(name: 'runs' | 'count' | 'instances'): number {
  const value = Number(values[name])
  return Number.isInteger(value) && value >= 1 ? value : usage(`--${name} must be a whole number of at least 1, not '${values[name]}'`)
}

interface Workload {
  readonly database: boolean
  readonly databaseArgs?: readonly string[]
  readonly run: (stage: Stage) => Promise<Report>
}

function w1(): Workload {
  const runs = wholeNumber('runs')
  const shapes = chosenShapes(Object.keys(SHAPES) as Shape[])
  const sizes = values.dags !== undefined || values.tasks !== undefined ? [{ dags: Number(values.dags ?? 1), tasks: Number(values.tasks ?? 10) }]
    : values.small ? [{ dags: 1, tasks: 50 }, { dags: 10, tasks: 10 }] : [{ dags: 100, tasks: 10 }, { dags: 10, tasks: 100 }]
  return { database: true, run: stage => runW1(stage, { sizes, shapes, runs }) }
}

function w4(): Workload {
  const networks = values.networks.split(',').map((name): Network => NETWORKS.find(network => network === name) ?? usage(`unknown network '${name}'; there are ${NETWORKS.join(', ')}`))
  const concurrency = values.concurrency.split(',').map((text): Concurrency => {
    const number = Number(text)
    return text === 'best' ? 'best' : Number.isInteger(number) && number >= 1 ? number : usage(`--concurrency takes whole numbers and 'best', not '${text}'`)
  })
  const [runs, count] = [wholeNumber('runs'), wholeNumber('count')]
  return { database: false, run: stage => runW4(stage, { networks, count, concurrency, runs, runtime: values.runtime }) }
}

function w8(): Workload {
  const [instances, asks] = [wholeNumber('instances'), wholeNumber('count')]
  const filled = values.filled ?? null
  return { database: filled === null, databaseArgs: W8_DATABASE, run: stage => runW8(stage, { instances, asks, pages: !values['no-pages'], filled }) }
}

function w9(): Workload {
  const sizes = values.sizes.split(',').map(Number)
  if (!sizes.every(size => Number.isInteger(size) && size >= 100)) usage(`--sizes must be whole numbers of at least 100, not '${values.sizes}'`)
  const shapes = chosenShapes<LargeShape>(LARGE_SHAPES)
  return { database: true, run: stage => runW9(stage, { sizes, shapes }) }
}

const WORKLOADS: Readonly<Record<string, () => Workload>> = { W1: w1, W4: w4, W8: w8, W9: w9 }
const choose = positionals.length === 1 ? WORKLOADS[positionals[0] as string] : undefined
if (choose === undefined) usage(USAGE)
const workload = choose()

const stage = await Stage.open(workload)
try {
  const report = await workload.run(stage)
  console.log(values.json ? JSON.stringify(report) : report.text)
  process.exitCode = report.correct ? 0 : 1
} finally {
  await stage.close()
}
