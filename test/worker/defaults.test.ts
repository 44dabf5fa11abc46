import { rmSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type Docker from 'dockerode'
import type { JobPayload } from '../../shared/protocol/job.js'
import { atEnd } from '../harness/cleanup.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { containerOf } from './container-of.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 480_000
const NETWORK = `longshore-test-${process.pid}`

let client: Docker
let dockerHost: string
let redisUrl: string
let scheduler: StandIn
let setting: Setting

beforeAll(async () => {
  const docker = await sharedDocker()
  client = docker.client
  dockerHost = docker.host
  const network = await client.createNetwork({ Name: NETWORK, Internal: true })
  atEnd(() => network.remove())
  redisUrl = (await startRedis()).url
  scheduler = new StandIn(redisUrl, 'default', FIRST_INSTANCE)
  setting = new Setting({ redisUrl, dockerHost, network: NETWORK, allowCapability: 'NET_RAW', pidsLimit: '64' })
  await setting.start()
})

const shell = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script], ...task })

/** What a task prints, by the name before the first colon or space. */
async function printed(task: Partial<JobPayload>): Promise<Record<string, string>> {
  const id = await scheduler.enqueue(task)
  expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
  return Object.fromEntries(setting.log(id).map(line => /^. (\w+):?\s+(.*)$/.exec(line)?.slice(1) ?? [line, '']) as [string, string][])
}

describe('a container that asks for nothing', () => {
  it('has eight capabilities, gains none, dumps no core, and has an init', async () => {
    const status = await printed(shell('grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status; echo core $(ulimit -c); echo init $(cat /proc/1/comm)'))
    // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, FSETID 4, KILL 5, SETGID 6, SETUID 7, NET_BIND_SERVICE 10
    const eight = [0, 1, 3, 4, 5, 6, 7, 10].reduce((bits, bit) => bits + 2 ** bit, 0)
    expect(parseInt(status['CapEff'] ?? '', 16)).toBe(eight)
    expect(parseInt(status['CapBnd'] ?? '', 16)).toBe(eight)
    expect(status).toMatchObject({ NoNewPrivs: '1', core: '0', init: 'docker-init' })
  })

  it('can still do what entrypoints do: write anywhere in it, and give files to a user', async () => {
    expect(await printed(shell('touch /etc/mine && chown 1000:1000 /etc/mine && chmod 600 /etc/mine && echo "" >> /etc/mine && stat -c "owner %u" /etc/mine'))).toMatchObject({ owner: '1000' })
  })

  it('cannot make devices or mount', async () => {
    const tried = await printed(shell('mknod /dev/disk b 8 0 2>/dev/null; echo mknod $?; mount -t tmpfs none /mnt 2>/dev/null; echo mount $?'))
    expect(tried['mknod']).not.toBe('0')
    expect(tried['mount']).not.toBe('0')
  })

  it('is on the network of the worker, and on another one if it names it', async () => {
    const { network: _, ...onDefault } = shell('sleep 100')
    const [own, none] = [await scheduler.enqueue({ ...onDefault, network: null }), await scheduler.enqueue(shell('sleep 100'))]
    await Promise.all([own, none].map(id => scheduler.waitFor(id, 'started')))
    expect(Object.keys((await (await containerOf(client, own)).inspect()).NetworkSettings.Networks)).toEqual([NETWORK])
    const { HostConfig: { NetworkMode }, NetworkSettings } = await (await containerOf(client, none)).inspect()
    expect({ NetworkMode, networks: NetworkSettings.Networks }).toEqual({ NetworkMode: 'none', networks: {} })
    for (const id of [own, none]) {
      await scheduler.mark(id, 'cancel')
      expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled', exitCode: 143 })
    }
  })
})

describe('a container that asks', () => {
  it('for no network has one of its own that leads nowhere, in which localhost is a name', async () => {
    const seen = await printed(shell('echo namespace $(readlink /proc/self/ns/net); echo devices $(ls /sys/class/net); echo away $(nc -w 5 192.0.2.1 80 2>&1); echo local $(nc -w 5 localhost 9 2>&1); (echo x >>/etc/hosts) 2>/dev/null; echo written $?'))
    expect(seen).toMatchObject({ devices: 'lo', away: expect.stringContaining('unreachable') as string, local: expect.stringMatching(/(127\.0\.0\.1|::1).*refused/) as string, written: '1' })
    expect(seen['namespace']).not.toBe(await readlink('/proc/self/ns/net'))
  })

  it('for no network gets it from a Docker that does not see the files of the worker', async () => {
    const elsewhere = new Setting({ redisUrl, dockerHost, queues: 'elsewhere' })
    await elsewhere.start()
    rmSync(join(elsewhere.stateDir, 'worker', 'hosts'))
    const others = new StandIn(redisUrl, 'elsewhere', FIRST_INSTANCE + 1_000)
    const id = await others.enqueue(shell('nc -w 1 localhost 9 2>&1; echo devices $(ls /sys/class/net)'))
    expect(await others.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(elsewhere.log(id).at(-1)).toBe('o devices lo')
  })

  it('for a read-only root cannot write but in /tmp and what is mounted, and still hands on its result', async () => {
    const id = await scheduler.enqueue(shell('touch /here 2>/dev/null && exit 1; echo ok > /tmp/file && cat /tmp/file && echo 7 > "$LONGSHORE_RESULT"', { readOnly: true, result: true }))
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0, result: expect.stringMatching(/^7\s*$/) as string })
    expect(setting.log(id)).toEqual(['o ok'])
  })

  it('for a capability gets it where the worker allows it, and is rejected where not', async () => {
    const given = await printed(shell('grep CapEff /proc/self/status', { capAdd: ['NET_RAW'] }))
    expect(BigInt(`0x${given['CapEff']}`) >> 13n & 1n).toBe(1n)
    const refused = await scheduler.enqueue(shell('true', { capAdd: ['SYS_ADMIN'] }))
    expect(await scheduler.settle(refused)).toMatchObject({ reason: 'rejected', detail: expect.stringContaining('the capability SYS_ADMIN is not allowed on this worker (allowCapability: NET_RAW)') as string })
  })
})
