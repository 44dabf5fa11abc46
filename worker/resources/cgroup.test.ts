import { describe, expect, it } from 'vitest'
import { cgroupPlace, type CgroupPlace } from './cgroup-place.js'
import { cgroupUsage, type Read } from './cgroup-usage.js'
import { laterUsage, type Usage } from './usage.js'

const ID = 'c0ffee'.repeat(10) + 'beef'
const MOUNTS_1 = `25 1 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw
26 25 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
27 25 0:24 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
28 25 0:25 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
29 25 0:26 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`
const MOUNTS_2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n'

describe('the counters of a container', () => {
  it('are found in version 1, where each controller has its own hierarchy and version 2 stands empty beside', () => {
    const own = `6:blkio:/docker/${ID}\n4:memory:/docker/${ID}\n2:cpu,cpuacct:/docker/${ID}\n1:name=systemd:/docker/${ID}\n0::/system.slice/containerd.service\n`
    expect(cgroupPlace(own, MOUNTS_1, ID)).toEqual({
      version: 1, cpuacct: `/sys/fs/cgroup/cpu,cpuacct/docker/${ID}`, memory: `/sys/fs/cgroup/memory/docker/${ID}`, blkio: `/sys/fs/cgroup/blkio/docker/${ID}`,
    })
  })

  it('are found in version 2, as systemd names them', () => {
    expect(cgroupPlace(`0::/system.slice/docker-${ID}.scope\n`, MOUNTS_2, ID)).toEqual({ version: 2, path: `/sys/fs/cgroup/system.slice/docker-${ID}.scope` })
  })

  it('are found below a mount that shows a part of the tree, and not outside it', () => {
    const mounts = '30 23 0:26 /docker /cgroups rw - cgroup2 cgroup2 rw\n'
    expect(cgroupPlace(`0::/docker/${ID}\n`, mounts, ID)).toEqual({ version: 2, path: `/cgroups/${ID}` })
    expect(cgroupPlace(`0::/other/${ID}\n`, mounts, ID)).toBeNull()
  })

  it('are not those of another process that has the pid in this namespace', () => {
    expect(cgroupPlace('0::/system.slice/ssh.service\n', MOUNTS_2, ID)).toBeNull()
    expect(cgroupPlace('', MOUNTS_2, ID)).toBeNull()
  })
})

/**
 * Written by hand, in the form of what the kernel documents (admin-guide/cgroup-v1 and cgroup-v2.rst); only version 1 has been met on
 * a real machine, in test/worker/resources.test.ts.
 */
const FILES: Readonly<Record<string, string>> = {
  '/a/cpuacct.usage': '1254321000\n',
  '/m/memory.max_usage_in_bytes': '16777216\n',
  '/m/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  '/b/blkio.throttle.io_service_bytes_recursive': '8:16 Read 4096\n8:16 Write 8192\n8:16 Sync 8192\n8:16 Async 4096\n8:16 Discard 0\n8:16 Total 12288\n8:0 Read 4096\n8:0 Write 0\nTotal 16384\n',
  '/2/cpu.stat': 'usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
  '/2/memory.peak': '268435456\n',
  '/2/memory.events': 'low 0\nhigh 0\nmax 31\noom 1\noom_kill 1\noom_group_kill 0\n',
  '/2/io.stat': '259:0 rbytes=1048576 wbytes=4096 rios=12 wios=1 dbytes=0 dios=0\n253:0 rbytes=1048576 wbytes=0 rios=12 wios=0 dbytes=0 dios=0\n',
}
const read: Read = path => FILES[path] ?? null

describe('what a cgroup counts', () => {
  it('is read in version 1', () => {
    expect(cgroupUsage({ version: 1, cpuacct: '/a', memory: '/m', blkio: '/b' }, read)).toEqual({ cpuSeconds: 1.254321, peakMemory: 16_777_216, ioRead: 8_192, ioWrite: 8_192, oomKills: 2 })
  })

  it('is read in version 2', () => {
    expect(cgroupUsage({ version: 2, path: '/2' }, read)).toEqual({ cpuSeconds: 2.5, peakMemory: 268_435_456, ioRead: 2_097_152, ioWrite: 4_096, oomKills: 1 })
  })

  it('is what it has now where the kernel keeps no peak', () => {
    const old: Read = path => (path === '/2/memory.peak' ? null : path === '/2/memory.current' ? '4096\n' : read(path))
    expect(cgroupUsage({ version: 2, path: '/2' }, old)?.peakMemory).toBe(4_096)
  })

  it.each<CgroupPlace>([{ version: 2, path: '/gone' }, { version: 1, cpuacct: '/gone', memory: null, blkio: '/gone' }])('is nothing once it is gone: %o', place => {
    expect(cgroupUsage(place, read)).toBeNull()
  })

  it('is null where one controller is missing, and nothing else', () => {
    expect(cgroupUsage({ version: 1, cpuacct: '/a', memory: null, blkio: null }, read)).toEqual({ cpuSeconds: 1.254321, peakMemory: null, ioRead: null, ioWrite: null, oomKills: null })
  })
})

it('of two looks the later is kept, whichever comes first', () => {
  const usage = (value: number | null): Usage => ({ cpuSeconds: value, peakMemory: value, ioRead: value, ioWrite: null, oomKills: value })
  expect(laterUsage(usage(2), usage(1))).toEqual(usage(2))
  expect(laterUsage(usage(null), usage(1))).toEqual(usage(1))
  expect(laterUsage(null, usage(1))).toEqual(usage(1))
  expect(laterUsage(null, null)).toBeNull()
})
