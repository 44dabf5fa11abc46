import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { FinishedEvent } from '../../shared/protocol/events.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'

const MIB = 1024 * 1024
/** `OUTPUT_MIB=64 npm run test:endurance` is a quick look. */
const OUTPUT = Number(process.env['OUTPUT_MIB'] ?? 1024)
const CAP = 16
/** Above what a worker has at its peak that has run one small task. */
const GROWTH = 150 * MIB
const FIRST_INSTANCE = 700_000
const LIMIT_MS = 240_000 + OUTPUT * 1_500

const LINE = '0123456789'.repeat(7)

const memory = (pid: number, field: 'VmHWM' | 'VmRSS'): number => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

it.each([
  { name: `${OUTPUT} MiB of lines that are cut at the cap`, script: `yes ${LINE} | head -c ${OUTPUT}m`, printed: OUTPUT, cap: CAP },
  { name: `${OUTPUT} MiB of lines that are kept to the last byte`, script: `yes ${LINE} | head -c ${OUTPUT}m`, printed: OUTPUT, cap: 4 * OUTPUT },
  { name: '100 MiB of one line without an end', script: 'head -c 100m /dev/zero | tr "\\0" x', printed: 100, cap: 400 },
].map((one, index) => ({ ...one, first: FIRST_INSTANCE + 10 * index })))('the memory of a worker stays flat under $name', async ({ name, script, printed, cap, first }) => {
  const docker = await sharedDocker()
  const redis = await startRedis()
  const scheduler = new StandIn(redis.url, 'default', first)
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, maxLogBytes: String(cap * MIB) })
  const worker = await place.launched()
  await scheduler.settle(await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['true'] }))
  const before = memory(worker.pid, 'VmHWM')
  const from = performance.now()
  const id = await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script] })
  const finished = await scheduler.waitFor(id, 'finished', LIMIT_MS) as FinishedEvent
  await scheduler.mark(id, 'durable')
  // The authoritative copy is read before the job is completed: that is half of the work, and counts.
  await until(async () => !await scheduler.has(id), { timeout: LIMIT_MS, describe: 'the log to be read again' })
  const peak = memory(worker.pid, 'VmHWM')
  process.stdout.write(`output: ${name}: ${((performance.now() - from) / 1_000).toFixed(0)} s, memory ${(before / MIB).toFixed(0)} MiB before, ${(peak / MIB).toFixed(0)} MiB at its peak, ${(memory(worker.pid, 'VmRSS') / MIB).toFixed(0)} MiB after\n`)
  expect(peak - before).toBeLessThan(GROWTH)
  const isCut = cap < printed
  expect(finished).toMatchObject({ exitCode: 0, log: { truncated: isCut } })
  const { size } = statSync(join(place.logs, `team.dag/run-1/${id}.log`))
  if (isCut) {
    expect(size).toBeLessThan(1.1 * cap * MIB)
    expect(place.log(id).at(-1)).toContain('the log is cut here')
  } else expect(size).toBeGreaterThan(printed * MIB)
  await place.clean()
  await worker.terminate()
}, 3 * LIMIT_MS)
