import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { BUSYBOX_IMAGE, removeContainersAtEnd } from '../harness/docker.js'
import { runLongshore } from '../harness/longshore.js'
import { until } from '../harness/wait.js'
import { FaultSite } from './site.js'

const SH = (script: string): string => `command: ${JSON.stringify(['sh', '-c', script])}`

/** One task for each way to end, and what its first attempt says. */
const CLASSES: Readonly<Record<string, readonly [yaml: string, Partial<Record<keyof AttemptRow, unknown>>]>> = {
  success: [SH('exit 0'), { reason: 'exited', exit_code: 0, detail: null }],
  code: [SH('exit 3'), { reason: 'exited', exit_code: 3, detail: null }],
  missing_command: ['command: [/no/such/program]', { reason: 'exited', exit_code: 127, detail: 'its command, or one that it called, was not found' }],
  signal: [SH('kill -SEGV $$'), { reason: 'killed', exit_code: 139, detail: 'killed by SIGSEGV' }],
  // Files that it writes count as well: it is seen at its limit before it dies, whoever tells of that in time.
  memory: [`${SH('head -c 40m /dev/zero > /fill; sleep 1; head -c 200m /dev/zero | tail')}, memory: 16m`, { reason: 'oom', detail: expect.stringMatching(/^out of memory: (?:peak 1[56] MiB of a|it went from .* to its) limit of 16 MiB/), peak_memory: expect.any(Number), cpu_seconds: expect.any(Number) }],
  timeout: [`${SH('sleep 100')}, timeout: 1s`, { reason: 'timeout', detail: 'it ran longer than its timeout of 1000 ms' }],
  user: [`${SH('true')}, user: nobody-knows-them`, { reason: 'start_failed', exit_code: null, detail: expect.stringContaining('nobody-knows-them') }],
  image: ['image: nowhere/never:1', { reason: 'image_missing', detail: expect.stringContaining('nowhere/never:1 is not on this worker') }],
  policy: [`${SH('true')}, network: host`, { reason: 'rejected', detail: expect.stringContaining('the network host is not allowed on this worker (allowNetwork:') }],
  size: [`${SH('true')}, memory: 900t`, { reason: 'rejected', detail: expect.stringMatching(/^it needs 900 TiB of memory, this worker has .* \(capacityMemory\)/) }],
  lost: [SH('sleep 100'), { reason: expect.stringMatching(/^(infrastructure|killed)$/), detail: expect.stringMatching(/vanished|SIGKILL/) }],
  cancelled: [SH('sleep 100'), { reason: 'cancelled', exit_code: 143, detail: 'it was cancelled' }],
}

it('every way in which an attempt can fail is told in its row, by class and in words, with what it used', async () => {
  const site = await FaultSite.open()
  await site.scheduler()
  await site.worker({ LONGSHORE_CONCURRENCY: '16' })
  removeContainersAtEnd(site.docker.client, `test.site=${site.databaseUrl}`)
  const tasks = Object.entries(CLASSES).map(([task, [yaml]]) => `  ${task}: { ${yaml} }`)
  writeFileSync(join(site.dags, 'classes.yaml'), [
    'dag: classes', 'schedule: null', 'maxActiveTasks: 100', `defaults: { image: ${JSON.stringify(BUSYBOX_IMAGE)}, pull: never, network: none, stopGrace: 1s, labels: { test.site: ${JSON.stringify(site.databaseUrl)} } }`, 'tasks:', ...tasks, '',
  ].join('\n'))
  await until(async () => (await findDag(site.database, 'classes'))?.version_key != null, { timeout: 20_000, describe: 'the DAG' })
  await site.trigger('classes')

  const attempt = async (task: string): Promise<AttemptRow | undefined> => (await site.attempts((await site.tasks('classes'))[task]))[0]
  await until(async () => (await attempt('lost'))?.state === 'running' && (await attempt('cancelled'))?.state === 'running', { timeout: 60_000, describe: 'both sleepers to run' })
  await site.docker.client.getContainer((await attempt('lost'))?.container ?? '').remove({ force: true })
  const cancel = await runLongshore(['tasks', 'cancel', 'classes', 'cancelled', '--run', 'manual', '--yes'], { env: site.environment })
  expect(cancel).toMatchObject({ code: 0 })

  for (const [task, [, expected]] of Object.entries(CLASSES)) {
    await until(async () => (await attempt(task))?.state === 'finished', { timeout: 60_000, describe: `the first attempt of ${task} to be finished` })
    expect({ task, ...await attempt(task) }).toMatchObject({ task, ...expected })
  }
  await site.close()
}, 180_000)
