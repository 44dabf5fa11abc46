import { createLog } from '../../shared/log.js'
import { Worker } from '../../worker/worker.js'
import { atEnd } from '../harness/cleanup.js'
import type { UiSite } from './site.js'

const LOAD = `dag: analytics.daily_load
description: Loads what the shops sold yesterday into the warehouse, and reports.
schedule: 0 2 * * *
timezone: Europe/Berlin
start: 2026-01-01
owner: data-platform
tags: [etl, daily]
deadline: "09:00"
params:
  region: { type: string, default: eu, enum: [eu, us, asia], description: Where the shops are. }
  parts: { type: integer, default: 4, minimum: 1, maximum: 64 }
  full: { type: boolean, default: false, description: Everything anew instead of yesterday. }
defaults: { kind: process, queue: default, retries: 0 }
tasks:
  extract: { shell: "echo 'connecting to the shops'; for i in 1 2 3 4 5 6; do printf '\\\\033[32m%s\\\\033[0m read shop %d\\\\n' OK $i; done; echo 'shop 4 answered slowly, asked again' >&2" }
  list_parts: { shell: "echo '[1,2,3,4]' > $LONGSHORE_RESULT", result: true, after: [extract] }
  load: { shell: "echo part {{ item }}; test {{ item }} != 3 || test {{ params.region }} != us", map: list_parts, after: [list_parts] }
  checks.rows: { shell: "echo counted 40211 rows", after: [load] }
  checks.sums: { shell: "echo sums agree", after: [load] }
  report: { shell: "echo report; sleep 0.2", pool: warehouse, after: [checks.rows, checks.sums] }
  clean_up: { shell: "echo cleaned", triggerRule: all_done, after: [load] }
`
const TRAIN = `dag: ml.train
description: Trains the ranking model.
schedule: null
owner: ml
tags: [gpu]
defaults: { kind: process, retries: 0 }
tasks:
  features: { shell: "echo features" }
  train: { shell: "echo 'epoch 1'; echo 'Error: CUDA out of memory' >&2; exit 1", after: [features] }
  publish: { shell: "echo published", after: [train] }
`
const HOURLY = `dag: sales.hourly
schedule: "@hourly"
start: 2026-11-01
owner: sales
tags: [etl]
tasks: { sync: { kind: empty }, tell: { kind: empty, after: [sync] } }
`

/** A small installation with everything that pages can show: runs that succeeded, failed, and one that runs; a mapped task, groups, a pool, a broken file. */
export async function scenery(site: UiSite, { runs = true } = {}): Promise<void> {
  const { installation } = site.api
  await installation.scheduler()
  const config = installation.config({ logStore: `file:${site.api.logs}`, allowProcess: true, concurrency: 8, queues: ['default'], workerName: 'harbour-1' })
  const worker = new Worker({ config, log: createLog(config.logLevel, 'worker') })
  atEnd(() => worker.stop())
  await worker.start()
  await site.api.ask('PUT', '/pools/warehouse', { body: { slots: 8, description: 'Connections to the warehouse.' } })
  for (const yaml of [LOAD, TRAIN, HOURLY]) await installation.dag(yaml)
  if (!runs) return
  for (const [dag, run, params] of [
    ['analytics.daily_load', 'monday', {}], ['analytics.daily_load', 'tuesday', { region: 'us' }], ['analytics.daily_load', 'wednesday', {}], ['ml.train', 'first', {}], ['sales.hourly', 'noon', {}],
  ] as const) {
    const { status, body } = await site.api.ask('POST', `/dags/${dag}/runs`, { body: { run, params } })
    if (status !== 201) throw new Error(JSON.stringify(body))
    await installation.ended(dag, run, { timeout: 60_000 })
  }
}
