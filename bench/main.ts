import { parseArgs } from 'node:util'
import { SHAPES, type Shape } from './shapes.js'
import { Stage } from './stage.js'
import { runW1 } from './workloads/w1.js'

const USAGE = `Usage: npm run bench -- W1 [--small] [--runs N] [--shape S] [--dags N --tasks N] [--json]

  W1   Airflow's own shapes with the no-op executor on MariaDB and Redis:
       the time between two tasks, and tasks per second`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, runs: { type: 'string', default: '5' }, shape: { type: 'string' }, dags: { type: 'string' }, tasks: { type: 'string' } },
})
const runs = Number(values.runs)
if (positionals.length !== 1 || positionals[0] !== 'W1' || !Number.isInteger(runs) || runs < 1) {
  console.error(USAGE)
  process.exit(2)
}

const shapes = values.shape === undefined ? (Object.keys(SHAPES) as Shape[]) : [values.shape as Shape]
if (!shapes.every(shape => shape in SHAPES)) {
  console.error(`unknown shape '${shapes.join()}'; there are ${Object.keys(SHAPES).join(', ')}`)
  process.exit(2)
}
const sizes = values.dags !== undefined || values.tasks !== undefined ? [{ dags: Number(values.dags ?? 1), tasks: Number(values.tasks ?? 10) }]
  : values.small ? [{ dags: 1, tasks: 50 }, { dags: 10, tasks: 10 }] : [{ dags: 100, tasks: 10 }, { dags: 10, tasks: 100 }]

const stage = await Stage.open()
try {
  const report = await runW1(stage, { sizes, shapes, runs })
  console.log(values.json ? JSON.stringify(report) : report.text)
  process.exitCode = report.correct ? 0 : 1
} finally {
  await stage.close()
}
