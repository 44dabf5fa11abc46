import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

const FIRST_INSTANCE = 720_000
const VALUE = 'tr0ub4dor&3-and-then-some'
const KEY = '-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\nx9\n-----END KEY-----'
const DIGEST = createHash('md5').update(VALUE).digest('hex')

let docker: SharedDocker
let redis: RedisServer
let nextInstance = FIRST_INSTANCE
beforeAll(async () => {
  docker = await sharedDocker()
  redis = await startRedis()
  await askDepot('build')
})

function stage(settings: Readonly<Record<string, string>> = {}): { scheduler: StandIn; place: Setting; secretsDir: string } {
  nextInstance += 20
  const queue = `queue-${nextInstance}`
  const secretsDir = tempDir('secrets')
  writeFileSync(join(secretsDir, 'db'), `${VALUE}\n`, { mode: 0o400 })
  writeFileSync(join(secretsDir, 'key'), KEY, { mode: 0o400 })
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, allowProcess: 'true', queues: queue, workerName: 'pool-1', secretsDir, ...settings })
  return { scheduler: new StandIn(redis.url, queue, nextInstance), place, secretsDir }
}

const shell = (kind: JobPayload['kind'], script: string, more: Partial<JobPayload> = {}): Partial<JobPayload> => ({
  kind, command: ['sh', '-c', script], secrets: { DB: 'db', KEY: 'key' }, ...(kind === 'container' && { image: BUSYBOX_IMAGE, network: 'none' }), ...more,
})

/** Lets a task go on to its end when the test writes `go` into this directory. */
const waitFor = (kind: JobPayload['kind'], gate: string): string => `while [ ! -e ${kind === 'container' ? '/gate' : gate}/go ]; do sleep 0.05; done`
const seeing = (kind: JobPayload['kind'], gate: string): Partial<JobPayload> => (kind === 'container' ? { mounts: [{ source: gate, target: '/gate', readOnly: true }] } : {})

/** All that Redis holds, as text. */
async function redisText(client: Redis): Promise<string> {
  const parts: unknown[] = []
  for (const key of await client.keys('*')) {
    const type = await client.type(key)
    parts.push(key, await (type === 'hash' ? client.hgetall(key) : type === 'stream' ? client.xrange(key, '-', '+') : type === 'list' ? client.lrange(key, 0, -1)
      : type === 'set' ? client.smembers(key) : type === 'zset' ? client.zrange(key, '0', '-1') : client.get(key)))
  }
  return JSON.stringify(parts)
}

/** All files below a directory, but what tasks write themselves while they run. */
function filesText(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .filter(({ parentPath, name }) => !(parentPath.includes('/attempts/') && ['stdout', 'stderr', 'result.json'].includes(name)))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n')
}

const LEAK = /tr0ub4dor|MIIEowIBAAKCAQEA|and-then-some/

describe.each(['container', 'process'] as const)('a task of kind %s with secrets', kind => {
  it('gets their values, and nobody else does: not Redis, not the disk, not the log, not the result', async () => {
    const { scheduler, place } = stage()
    await place.start()
    const gate = tempDir('gate')
    const script = `printf %s "$DB" | md5sum | cut -c1-32; echo "pass: $DB"; echo "$KEY" >&2; printf %.5s "$DB"; sleep 0.3; echo "\${DB#?????}"
      i=0; while [ $i -lt 1637 ]; do printf 0123456789; i=$((i+1)); done; echo "$DB$DB"; printf %s "$DB" | base64
      echo "{\\"dsn\\":\\"db://me:$DB@host\\"}" > "$LONGSHORE_RESULT"; ${waitFor(kind, gate)}`
    const id = await scheduler.enqueue(shell(kind, script, { result: true, ...seeing(kind, gate) }))
    await until(() => place.log(id).length >= 10, { describe: 'the log' })
    expect(LEAK.test(await redisText(scheduler.redis))).toBe(false)
    expect(LEAK.test(filesText(place.folder))).toBe(false)
    writeFileSync(join(gate, 'go'), '')
    const finished = await scheduler.settle(id)
    expect(finished).toMatchObject({ exitCode: 0, result: '{"dsn":"db://me:***@host"}' })
    await place.clean()
    expect(LEAK.test(await redisText(scheduler.redis))).toBe(false)
    expect(LEAK.test(filesText(place.folder))).toBe(false)
    const [out, err] = ['o', 'e'].map(stream => place.log(id).filter(line => line.startsWith(stream)))
    expect(out?.slice(0, 3)).toEqual([`o ${DIGEST}`, 'o pass: ***', 'o ***'])
    // The long line in its parts: masked across them.
    expect(out?.slice(3, -1).map(line => line.replace(/^o\+? /, '')).join('')).toBe(`${'0123456789'.repeat(1637)}******`)
    expect(out?.at(-1)).toBe('o ***')
    expect(err).toEqual(['e ***', 'e ***', 'e ***', 'e ***'])
  })

  it('is masked all the same when its worker is killed in between and the secret has changed since', async () => {
    const { scheduler, place, secretsDir } = stage()
    const first = await place.launched()
    const gate = tempDir('gate')
    const count = 'i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "line $i $DB"; sleep 0.05; done'
    const id = await scheduler.enqueue(shell(kind, `${count}; ${waitFor(kind, gate)}`, seeing(kind, gate)))
    await until(() => place.log(id).length > 3, { describe: 'some lines of the log' })
    await first.kill9()
    rmSync(join(secretsDir, 'key'))
    rmSync(join(secretsDir, 'db'))
    writeFileSync(join(secretsDir, 'db'), 'another-value', { mode: 0o400 })
    const second = await place.launched()
    await until(() => place.log(id).length === 40, { describe: 'the rest of the log' })
    writeFileSync(join(gate, 'go'), '')
    expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0, log: { lines: 40 } })
    expect(place.log(id)).toEqual(Array.from({ length: 40 }, (_, index) => `o line ${index + 1} ***`))
    expect(LEAK.test(await redisText(scheduler.redis))).toBe(false)
    await place.clean()
    await second.terminate()
    expect(LEAK.test(first.stderr + second.stderr)).toBe(false)
  }, 60_000)
})

describe('a secret that a worker', () => {
  const refused = async (scheduler: StandIn, more: Partial<JobPayload>): Promise<unknown> => {
    const id: AttemptId = await scheduler.enqueue(shell('process', 'true', more))
    const { reason, detail, startedAt } = await scheduler.settle(id)
    expect(startedAt).toBeNull()
    return `${reason}: ${detail ?? ''}`
  }

  it('does not have, may not give or cannot get keeps its task from being started, and the reason says what and where', async () => {
    const { scheduler, place, secretsDir } = stage({ allowSecrets: 'd*,key,lost,vault-*', secretsCommand: `${join(tempDir('none'), 'missing')},{name}` })
    writeFileSync(join(secretsDir, 'd-open'), VALUE, { mode: 0o644 })
    await place.start()
    expect(await refused(scheduler, { secrets: { X: 'registry' } })).toMatch(/^rejected: the secret registry is not allowed on this worker \(allowSecrets: d\*, key, lost, vault-\*\)/)
    expect(await refused(scheduler, { secrets: { X: 'd-open' } })).toMatch(/^rejected: worker pool-1 of queue queue-\d+ does not use its secret 'd-open': .* is open to every user/)
    expect(await refused(scheduler, { secrets: { X: 'vault-a' } })).toMatch(/^infrastructure: worker pool-1 of queue queue-\d+ cannot get the secret 'vault-a' now: .* cannot be run: ENOENT/)
    expect(await refused(scheduler, { secrets: { 'A=B': 'db' } })).toMatch(/^rejected: the job is malformed/)
    expect(await refused(scheduler, { secrets: { A: '../db' } })).toMatch(/^rejected: the job is malformed/)
    await place.clean()
  })

  it('does not have at all is named with the places where it looked', async () => {
    const { scheduler, place, secretsDir } = stage()
    await place.start()
    expect(await refused(scheduler, { secrets: { X: 'lost' } })).toMatch(new RegExp(`^rejected: worker pool-1 of queue queue-\\d+ has no secret 'lost'; it looked in: secretsDir \\(${secretsDir}\\), variables`))
  })

  it('waits for does not keep its task from being cancelled', async () => {
    const slow = join(tempDir('slow'), 'slow')
    writeFileSync(slow, '#!/bin/sh\nexec sleep 100', { mode: 0o700 })
    const { scheduler, place } = stage({ secretsCommand: `${slow},{name}`, secretsCommandTimeout: '60000' })
    await place.start()
    const id = await scheduler.enqueue(shell('process', 'true', { secrets: { X: 'vault-a' } }))
    await scheduler.waitFor(id, 'claimed')
    await scheduler.mark(id, 'cancel')
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled', startedAt: null })
  })

  it('cannot find any more does not keep it from adopting the task', async () => {
    const { scheduler, place, secretsDir } = stage()
    const first = await place.launched()
    const id = await scheduler.enqueue(shell('process', 'sleep 0.3; echo done'))
    await scheduler.waitFor(id, 'started')
    await first.kill9()
    await until(() => existsSync(join(place.stateDir, 'worker', 'attempts', id, 'exit')), { describe: 'the end of the task' })
    rmSync(join(secretsDir, 'db'))
    const second = await place.launched()
    expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0 })
    expect(second.stderr).toContain('are not masked in its log')
    expect(place.log(id)).toEqual(['o done'])
    await second.terminate()
  }, 60_000)
})
