import { describe, expect, it } from 'vitest'
import { endingOf, type Footprint, type StopRequest } from './ending.js'
import type { Ended, Exit } from './executors/executor.js'
import type { Usage } from './resources/usage.js'

const RUN = { handle: 'abc', imageDigest: null, startedAt: 1_000 }
const exited = (exit: Partial<Exit>): Ended => ({ state: 'exited', run: RUN, exit: { finishedAt: 5_000, exitCode: 0, oom: false, lost: null, ...exit } })
const stop = (cause: StopRequest['cause'], at = 4_000): StopRequest => ({ cause, at, detail: 'because' })

describe('how an attempt ended', () => {
  it.each([
    { what: 'by itself', ended: exited({ exitCode: 3 }), stopped: null, reason: 'exited' },
    { what: 'by the kernel for memory', ended: exited({ exitCode: 137, oom: true }), stopped: null, reason: 'oom' },
    { what: 'by a stranger', ended: exited({ exitCode: 137 }), stopped: null, reason: 'killed' },
    { what: 'with its host', ended: exited({ exitCode: 137, lost: 'Docker was restarted under it' }), stopped: null, reason: 'infrastructure' },
    { what: 'by our kill at the timeout', ended: exited({ exitCode: 137 }), stopped: stop('timeout'), reason: 'timeout' },
    { what: 'politely when it was cancelled', ended: exited({ exitCode: 0 }), stopped: stop('cancelled'), reason: 'cancelled' },
    { what: 'before the cancel came', ended: exited({ exitCode: 0 }), stopped: stop('cancelled', 6_000), reason: 'exited' },
    { what: 'by our own fence', ended: exited({ exitCode: 143 }), stopped: stop('self_fenced'), reason: 'infrastructure' },
    { what: 'out of sight', ended: { state: 'absent' } as const, stopped: null, reason: 'infrastructure' },
    { what: 'out of sight after a cancel', ended: { state: 'absent' } as const, stopped: stop('cancelled'), reason: 'cancelled' },
  ])('$what: $reason', ({ ended, stopped, reason }) => {
    expect(endingOf(ended, stopped, RUN, 9_000)).toMatchObject({ reason, run: RUN })
  })

  it.each([[137, 'killed by SIGKILL, which Longshore did not send'], [143, 'killed by SIGTERM, which Longshore did not send'], [139, 'killed by SIGSEGV'], [134, 'killed by SIGABRT']])('exit code %d is named', (exitCode, detail) => {
    expect(endingOf(exited({ exitCode }), null, RUN, 9_000)).toMatchObject({ reason: 'killed', detail, exitCode })
  })

  it('exit codes 126 and 127 are explained', () => {
    expect(endingOf(exited({ exitCode: 127 }), null, RUN, 9_000)).toMatchObject({ reason: 'exited', detail: 'its command, or one that it called, was not found' })
    expect(endingOf(exited({ exitCode: 126 }), null, RUN, 9_000).detail).toContain('could not be executed')
  })

  it.each([1, 99, 130, 141, 255])('exit code %d is what the task says, not a signal', exitCode => {
    expect(endingOf(exited({ exitCode }), null, RUN, 9_000)).toMatchObject({ reason: 'exited', detail: null })
  })

  const MIB = 1024 * 1024
  const used = (peakMemory: number | null, oomKills = 0): Usage => ({ cpuSeconds: 1, peakMemory, ioRead: 2, ioWrite: 3, oomKills })

  it.each<[string, Partial<Exit>, Footprint, string, string | null]>([
    ['by the event', { exitCode: 137, oom: true }, { usage: used(511 * MIB), memory: 512 * MIB }, 'oom', 'out of memory: peak 511 MiB of a limit of 512 MiB'],
    ['by the kernel\'s count', { exitCode: 137 }, { usage: used(100 * MIB, 1), memory: 128 * MIB }, 'oom', 'out of memory: it went from 100 MiB to its limit of 128 MiB between two looks'],
    ['by a peak at the limit', { exitCode: 137 }, { usage: used(128 * MIB - 4096), memory: 128 * MIB }, 'oom', 'out of memory: peak 127 MiB of a limit of 128 MiB'],
    ['when nobody saw its peak', { exitCode: 137, oom: true }, { usage: null, memory: 128 * MIB }, 'oom', 'out of memory: peak 128 MiB of a limit of 128 MiB'],
    ['when only a child was killed and the task failed', { exitCode: 1, oom: true }, { usage: used(MIB), memory: 2 * MIB }, 'oom', 'out of memory: it went from 1 MiB to its limit of 2 MiB between two looks'],
    ['without a limit of its own', { exitCode: 137, oom: true }, { usage: used(MIB), memory: null }, 'oom', 'out of memory: peak 1 MiB, and it had no limit of its own, so the host had none left'],
    ['and succeeded all the same', { exitCode: 0, oom: true }, { usage: used(MIB), memory: MIB }, 'exited', 'it exited with 0 although the kernel killed a process of it, out of memory: peak 1 MiB of a limit of 1 MiB'],
    ['not, when it was far from its limit', { exitCode: 137 }, { usage: used(MIB), memory: 128 * MIB }, 'killed', 'killed by SIGKILL, which Longshore did not send'],
    ['not, when its page cache alone filled the limit', { exitCode: 1 }, { usage: used(128 * MIB), memory: 128 * MIB }, 'exited', null],
  ])('for memory %s', (_, exit, footprint, reason, detail) => {
    expect(endingOf(exited(exit), null, RUN, 9_000, footprint)).toMatchObject({ reason, detail })
  })

  it('reports what it used, without the count of kills', () => {
    expect(endingOf(exited({}), null, RUN, 9_000, { usage: used(7), memory: null }).resources).toEqual({ cpuSeconds: 1, peakMemory: 7, ioRead: 2, ioWrite: 3 })
    expect(endingOf({ state: 'absent' }, null, RUN, 9_000).resources).toBeNull()
  })
})
