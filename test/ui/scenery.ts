import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { now } from '../../shared/database/database.js'
import { createLog } from '../../shared/log.js'
import { createToken } from '../../web/identity/tokens.js'
import { createUser } from '../../web/identity/users.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Worker } from '../../worker/worker.js'
import { ADMIN } from '../web/site.js'
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
defaults: { kind: process, retries: 1, retryDelay: 10ms }
tasks:
  features: { shell: "echo features", outlets: [features.ranking] }
  train: { shell: "echo 'epoch 1'; echo 'Error: CUDA out of memory' >&2; exit 1", after: [features] }
  publish: { shell: "echo published", after: [train], outlets: [models.ranking] }
`
const SCORE = `dag: ml.score
description: Scores every shop when there is a new model.
schedule: { assets: [models.ranking] }
owner: ml
tags: [gpu]
tasks: { score: { kind: empty } }
`
const HOURLY = `dag: sales.hourly
schedule: "@hourly"
start: 2026-11-01
owner: sales
tags: [etl]
tasks: { sync: { kind: empty }, tell: { kind: empty, after: [sync] } }
`
const BROKEN = `dag: sales.broken
schedule: every full moon
tasks: { one: { kind: process, shel: "echo" } }
`

/** A worker of this process, which runs real processes. */
export async function startWorker(site: UiSite, name = 'harbour-1'): Promise<Worker> {
  const config = site.api.installation.config({ logStore: `file:${site.api.logs}`, allowProcess: true, concurrency: 8, queues: ['default'], workerName: name })
  const worker = new Worker({ config, log: createLog(config.logLevel, 'worker') })
  onTestFinished(() => worker.stop())
  await worker.start()
  return worker
}

/** DAGs, and a worker that runs them. */
export async function harbour(site: UiSite): Promise<void> {
  const { installation } = site.api
  await installation.scheduler()
  await startWorker(site)
  await site.api.ask('PUT', '/pools/warehouse', { body: { slots: 8, description: 'Connections to the warehouse.' } })
  for (const yaml of [LOAD, TRAIN, SCORE, HOURLY]) await installation.dag(yaml)
}

/** An installation with everything that pages can show: runs that succeeded, failed and go on, mapped tasks, groups, a backfill, two versions, users, a broken file. */
export async function scenery(site: UiSite): Promise<void> {
  const { installation } = site.api
  const { database } = installation
  await harbour(site)
  await createUser(database, { name: 'ann', password: null, grants: ADMIN })
  await createUser(database, { name: 'ben', password: null, grants: [{ role: 'operator', namespace: 'sales' }, { role: 'viewer', namespace: '*' }] })
  await createToken(database, { user: 1, name: 'nightly export', limits: [{ role: 'viewer', namespace: 'sales' }], lifetime: 90 * 86_400_000 })
  writeFileSync(join(installation.dags, 'broken.yaml'), BROKEN)
  const trigger = async (dag: string, run: string, params = {}) => {
    const { status, body } = await site.api.ask('POST', `/dags/${dag}/runs`, { body: { run, params } })
    if (status !== 201) throw new Error(JSON.stringify(body))
  }
  for (const [run, region] of [['monday', 'eu'], ['tuesday', 'us'], ['wednesday', 'asia']] as const) {
    await trigger('analytics.daily_load', run, { region })
    await installation.ended('analytics.daily_load', run, { timeout: 60_000 })
  }
  await trigger('ml.train', 'first')
  await trigger('sales.hourly', 'noon')
  const today = new Date(await now(database))
  const day = (before: number): string => new Date(today.getTime() - before * 86_400_000).toISOString().slice(0, 10)
  await site.api.ask('POST', '/dags/sales.hourly/backfills', { body: { from: day(3), to: day(2), maxActiveRuns: 4, dryRun: false } })
  await installation.dag(LOAD.replace('pool: warehouse', 'pool: warehouse, poolSlots: 2').replace('deadline: "09:00"', 'deadline: "08:30"'))
  await goesOn(site)
  await installation.ended('ml.train', 'first', { timeout: 60_000 })
  await installation.ended('sales.hourly', 'noon', { timeout: 60_000 })
  await until(async () => ((await site.api.ask('GET', '/import-errors')).body as { readonly items: readonly unknown[] }).items.length > 0)
}

/** A run that goes on until the test has finished, unless somebody cancels it. */
export async function goesOn(site: UiSite): Promise<void> {
  const { installation } = site.api
  const stop = join(tempDir('stop'), 'stop')
  await installation.dag(`dag: sales.stocktaking\ndescription: Counts what the shops have.\nschedule: null\nowner: sales\ntags: [etl]\ndefaults: { kind: process }\ntasks:\n  count: { shell: "echo counting; while [ ! -e ${stop} ]; do sleep 0.1; done" }\n  tell: { kind: empty, after: [count] }\n`)
  await installation.trigger('sales.stocktaking', 'today')
  onTestFinished(async () => {
    if (!existsSync(stop)) writeFileSync(stop, '')
    await installation.ended('sales.stocktaking', 'today')
  })
  await until(async () => (await installation.tasks('sales.stocktaking', 'today'))['count']?.state === 'running')
}
