import { describe, expect, it } from 'vitest'
import { endingOf, type StopRequest } from './ending.js'
import type { Ended, Exit } from './executors/executor.js'

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
})
