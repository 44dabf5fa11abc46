import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'
import { tinyProgram } from './tiny-program.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 490_000
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97]
/** Descriptor 3, the first that is free. */
const GIVEN = 256 - 3
/** What a shell exits with when SIGSYS ended what it had called. */
const SIGSYS = 128 + 31
const ALARM = { 32: 27, 64: 37 } as const
const [SOCKET, PERSONALITY, UNSHARE, IO_URING_SETUP, CLONE3, NOT_MADE_YET] = [41, 135, 272, 425, 435, 999]

const folder = tempDir('programs')
let scheduler: StandIn
let old: StandIn

beforeAll(async () => {
  const [docker, redis] = await Promise.all([sharedDocker(), startRedis()])
  scheduler = new StandIn(redis.url, 'native', FIRST_INSTANCE)
  old = new StandIn(redis.url, 'docker', FIRST_INSTANCE + 1_000)
  await new Setting({ redisUrl: redis.url, dockerHost: docker.host, queues: 'native', allowCapability: 'KILL,NET_RAW' }).start()
  await new Setting({ redisUrl: redis.url, dockerHost: docker.host, queues: 'docker', systemCalls: 'docker' }).start()
})

let programs = 0

/** How a task ends that makes one system call. */
async function ended(at: StandIn, bits: 32 | 64, call: readonly [number, ...number[]], more: Partial<JobPayload> = {}): Promise<{ exitCode: number | null; detail: string | null }> {
  const own = join(folder, String(programs += 1))
  mkdirSync(own)
  writeFileSync(join(own, 'program'), tinyProgram({ bits, call }), { mode: 0o755 })
  const { exitCode, detail } = await at.settle(await at.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['/own/program'], mounts: [{ source: own, target: '/own', readOnly: true }], ...more }))
  return { exitCode, detail }
}

describe('system calls of a task', () => {
  it.each([
    ['may be those of every program', [ALARM[64], 0], 0],
    ['may open sockets', [SOCKET, 2, 2, 0], GIVEN],
    ['may open sockets of families that the kernel does not have', [SOCKET, 39, 5, 0], EAFNOSUPPORT],
    ['may open sockets of families with high numbers', [SOCKET, 41, 5, 0], EAFNOSUPPORT],
    ['may not open the kernel’s cryptography', [SOCKET, 38, 5, 0], EPERM],
    ['may not talk to the hypervisor', [SOCKET, 40, 1, 0], EPERM],
    ['may ask which personality they have', [PERSONALITY, 0xffff_ffff], 0],
    ['may not take one in which addresses are known', [PERSONALITY, 0x4_0000], EPERM],
    ['may not make a namespace of users', [UNSHARE, 0x1000_0000], EPERM],
    ['may not use io_uring', [IO_URING_SETUP, 1, 0], EPERM],
    ['may not hide flags of clone in memory, and hear that there is no such call', [CLONE3, 0, 0], ENOSYS],
    ['hear of what nobody knows yet that there is no such call', [NOT_MADE_YET], ENOSYS],
  ] as const)('%s', async (_, call, exitCode) => {
    expect(await ended(scheduler, 64, call)).toMatchObject({ exitCode })
  })

  it('may not be those of 32-bit programs, which the end explains', async () => {
    expect(await ended(scheduler, 32, [ALARM[32], 0])).toEqual({ exitCode: SIGSYS, detail: expect.stringMatching(/^killed by SIGSYS, .*32-bit program, most likely \(systemCalls\)$/) as string })
  })

  it('may be those of 32-bit programs where Docker’s own profile is in force: by the worker’s setting, or for more capabilities', async () => {
    expect(await ended(old, 32, [ALARM[32], 0])).toEqual({ exitCode: 0, detail: null })
    expect(await ended(scheduler, 32, [ALARM[32], 0], { capAdd: ['NET_RAW'] })).toEqual({ exitCode: 0, detail: null })
  })
})
