import { expect, it } from 'vitest'
import type { AttemptView } from '../../shared/views/run-view.js'
import { usedText } from './used-text.js'

const attempt = (resources: AttemptView['resources']): AttemptView => ({ resources }) as AttemptView

it('adds up what attempts used, and leaves out what nobody could see', () => {
  expect(usedText([{ attempts: [attempt(null)] }])).toBeNull()
  expect(usedText([
    { attempts: [attempt({ cpuSeconds: 1.25, peakMemory: 2 * 1024 ** 2, ioRead: null, ioWrite: 1024 }), attempt(null)] },
    { attempts: [attempt({ cpuSeconds: 0.5, peakMemory: 1024, ioRead: null, ioWrite: 1024 })] },
  ])).toBe('1.75 s of CPU, at most 2 MiB of memory, 2 KiB written')
})

it('tells what was pulled for it, also where it used nothing that could be seen', () => {
  const pulled = (ms: number, bytes: number): AttemptView => ({ resources: null, pull: { ms, bytes } }) as AttemptView
  expect(usedText([{ attempts: [pulled(40_000, 300 * 1024 ** 2)] }, { attempts: [pulled(1_500, 12 * 1024 ** 2), attempt(null)] }])).toBe('312 MiB of images pulled in 41.5 s')
})
