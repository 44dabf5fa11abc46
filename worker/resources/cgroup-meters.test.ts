import { beforeEach, describe, expect, it } from 'vitest'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { CgroupMeters } from './cgroup-meters.js'

const [FIRST, SECOND] = ['1.1', '2.1'] as AttemptId[] as [AttemptId, AttemptId]
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)] as [string, string]
const MOUNTS = '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n31 23 0:27 / /var/lib/docker/overlay2/x rw - overlay overlay rw\n'

/** The files of a kernel, and how long each of them takes. */
class Kernel {
  now = 1_000
  slowness = 0
  readonly asked: string[] = []
  readonly files = new Map([['/proc/self/mountinfo', MOUNTS], ['/proc/7/cgroup', `0::/docker/${A}\n`]])

  readonly read = (path: string): string | null => {
    this.asked.push(path)
    this.now += this.slowness
    return this.files.get(path) ?? null
  }

  uses(id: string, cpuSeconds: number): void {
    this.files.set(`/sys/fs/cgroup/docker/${id}/cpu.stat`, `usage_usec ${cpuSeconds * 1e6}\n`)
  }
}

describe('the meters of containers', () => {
  let kernel: Kernel
  let meters: CgroupMeters

  beforeEach(() => {
    kernel = new Kernel()
    meters = new CgroupMeters(kernel.read, () => kernel.now)
    meters.learn(FIRST, A, 7)
    kernel.uses(A, 1)
  })

  const cpu = (attempt: AttemptId): number | null | undefined => meters.look(attempt)?.cpuSeconds

  it('are found beside the first one that was looked for by its pid', () => {
    expect(meters.learnBeside(SECOND, B)).toBe(true)
    kernel.uses(B, 3)
    expect(cpu(SECOND)).toBe(3)
    expect(new CgroupMeters(kernel.read).learnBeside(SECOND, B)).toBe(false)
  })

  it('read the list of mounts, which is long where many containers run, once', () => {
    kernel.files.set('/proc/8/cgroup', `0::/docker/${B}\n`)
    meters.learn(SECOND, B, 8)
    expect(kernel.asked.filter(path => path === '/proc/self/mountinfo')).toHaveLength(1)
  })

  it('look as often as they are asked while the kernel answers at once', () => {
    expect(cpu(FIRST)).toBe(1)
    kernel.uses(A, 2)
    expect(cpu(FIRST)).toBe(2)
  })

  it('rest after a look for which the kernel let them wait, and tell what they saw before', () => {
    kernel.slowness = 30
    expect(cpu(FIRST)).toBe(1)
    kernel.uses(A, 2)
    const asked = kernel.asked.length
    kernel.now += 1_000
    expect(cpu(FIRST)).toBe(1)
    expect(kernel.asked).toHaveLength(asked)
    kernel.now += 2_000
    expect(cpu(FIRST)).toBe(2)
  })

  it('rest for seconds, not minutes, however long the kernel let them wait', () => {
    kernel.slowness = 10_000
    expect(cpu(FIRST)).toBe(1)
    kernel.uses(A, 2)
    kernel.now += 5_000
    expect(cpu(FIRST)).toBe(2)
  })

  it('look at a container that may not outlive the moment, rest or not', () => {
    kernel.slowness = 30
    expect(cpu(FIRST)).toBe(1)
    kernel.uses(A, 2)
    meters.lookAtContainer(A)
    expect(cpu(FIRST)).toBe(2)
  })

  it('keep what a container used whose cgroup is gone', () => {
    expect(cpu(FIRST)).toBe(1)
    kernel.files.clear()
    expect(cpu(FIRST)).toBe(1)
    kernel.uses(A, 0.5)
    expect(cpu(FIRST)).toBe(1)
  })
})
