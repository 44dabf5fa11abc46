import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { tempDir } from '../../test/harness/temp-dir.js'
import { Manager } from './manager.js'
import { Watchdog } from './watchdog.js'

const log = pino({ level: 'silent' })
let said: string

beforeEach(() => {
  const folder = tempDir('notify')
  said = join(folder, 'said')
  const program = join(folder, 'systemd-notify')
  writeFileSync(program, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${said}\n`)
  chmodSync(program, 0o755)
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
})
afterEach(() => { vi.useRealTimers() })

const words = (): string[] => readFileSync(said, 'utf8').trim().split('\n')
const managed = (): NodeJS.ProcessEnv => ({ NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '90000000', WATCHDOG_PID: '42', LISTEN_FDS: '1', LISTEN_PID: '42', HOME: '/root' })

it('what systemd says to this process is taken out of the environment of its children', () => {
  const environment = managed()
  expect(Manager.take(environment, 42, log)?.watchdogMs).toBe(90_000)
  expect(environment).toEqual({ HOME: '/root' })
})

it('without systemd there is no manager, and a watchdog for another process is not fed', () => {
  expect(Manager.take({}, 42, log)).toBeNull()
  expect(Manager.take(managed(), 43, log)?.watchdogMs).toBeNull()
})

it('words arrive in their order, each on the socket of the unit', async () => {
  const manager = Manager.take(managed(), 42, log)
  void manager?.tell({ READY: 1 })
  await manager?.tell({ STOPPING: 1, STATUS: 'two\nlines' })
  expect(words()).toEqual(['/run/notify READY=1', '/run/notify STOPPING=1 STATUS=two lines'])
})

it('the watchdog is fed by progress, not by time', async () => {
  const manager = Manager.take(managed(), 42, log)
  if (manager === null) throw new Error('there is a manager')
  let stuck: string | null = null
  const watchdog = new Watchdog(manager, { status: () => 'well', stuck: () => stuck }, log)
  watchdog.runOnce()
  watchdog.runOnce()
  stuck = 'loop leases has brought nothing for 301 s'
  watchdog.runOnce()
  watchdog.runOnce()
  stuck = null
  watchdog.runOnce()
  await manager.tell({ STOPPING: 1 })
  expect(words().map(line => line.replace('/run/notify ', ''))).toEqual([
    'WATCHDOG=1 STATUS=well', 'WATCHDOG=1', 'STATUS=loop leases has brought nothing for 301 s', 'WATCHDOG=1 STATUS=well', 'STOPPING=1',
  ])
})
