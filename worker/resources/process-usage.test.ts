import { expect, it } from 'vitest'
import { notedUsage, treeUsage } from './process-usage.js'

it('a process counts with all that it started', () => {
  const stat = (pid: number, ticks: string, pages: number): string => `${pid} (a (b) c) S 1 1 1 0 -1 4194304 100 0 0 0 ${ticks} 20 0 1 0 12345 9999999 ${pages} 184467440`
  const files: Record<string, string> = {
    '/proc/10/stat': stat(10, '5 5 10 0', 10), '/proc/10/task/10/children': '11 12 ',
    '/proc/11/stat': stat(11, '100 0 0 0', 100), '/proc/11/task/11/children': '',
    // 12 has just ended.
  }
  expect(treeUsage(10, path => files[path] ?? null)).toEqual({ cpuSeconds: 1.2, peakMemory: 110 * 4096, ioRead: null, ioWrite: null, oomKills: null })
  expect(treeUsage(13, path => files[path] ?? null)).toBeNull()
})

it('what the shim noted is read, with and without /proc', () => {
  const times = '0m0.00s 0m0.00s\n1m2.50s 0m0.25s\n'
  expect(notedUsage(`${times}rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n`)).toMatchObject({ cpuSeconds: 62.75, ioRead: 4096, ioWrite: 8192 })
  expect(notedUsage(times)).toMatchObject({ cpuSeconds: 62.75, ioRead: null, ioWrite: null })
  expect(notedUsage('')).toMatchObject({ cpuSeconds: null })
})
