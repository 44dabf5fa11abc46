import { parseArgs } from 'node:util'
import { SHAPES, type Shape } from './shapes.js'
import { Stage } from './stage.js'
import { runW1 } from './workloads/w1.js'
import { LARGE_SHAPES, runW9, type LargeShape } from './workloads/w9.js'

const USAGE = `Usage: npm run bench -- W1 [--small] [--runs N] [--shape S] [--dags N --tasks N] [--json]
       npm run bench -- W9 [--sizes 100,1000,10000] [--shape S] [--json]

  W1   Airflow's own shapes with the no-op executor on MariaDB and Redis:
       the time between two tasks, and tasks per second
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
    dags: { type: 'string' }, tasks: { type: 'string' }, sizes: { type: 'string', default: '100,1000,10000' },
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

function w1(): (stage: Stage) => Promise<Report> {
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) usage(USAGE)
  const shapes = chosenShapes(Object.keys(SHAPES) as Shape[])
  const sizes = values.dags !== undefined || values.tasks !== undefined ? [{ dags: Number(values.dags ?? 1), tasks: Number(values.tasks ?? 10) }]
    : values.small ? [{ dags: 1, tasks: 50 }, { dags: 10, tasks: 10 }] : [{ dags: 100, tasks: 10 }, { dags: 10, tasks: 100 }]
  return stage => runW1(stage, { sizes, shapes, runs })
}

function w9(): (stage: Stage) => Promise<Report> {
  const sizes = values.sizes.split(',').map(Number)
  if (!sizes.every(size => Number.isInteger(size) && size >= 100)) usage(`--sizes must be whole numbers of at least 100, not '${values.sizes}'`)
  const shapes = chosenShapes<LargeShape>(LARGE_SHAPES)
  return stage => runW9(stage, { sizes, shapes })
}

const WORKLOADS: Readonly<Record<string, () => (stage: Stage) => Promise<Report>>> = { W1: w1, W9: w9 }
const choose = positionals.length === 1 ? WORKLOADS[positionals[0] as string] : undefined
if (choose === undefined) usage(USAGE)
const workload = choose()

const stage = await Stage.open()
try {
  const report = await workload(stage)
  console.log(values.json ? JSON.stringify(report) : report.text)
  process.exitCode = report.correct ? 0 : 1
} finally {
  await stage.close()
}
