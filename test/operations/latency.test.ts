import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { until } from '../harness/wait.js'
import { Workplace } from '../cli/setting.js'
import type { RunView } from '../../shared/views/run-view.js'
import type { Performed } from '../../shared/operations/perform.js'

const SLEEPS = `
dag: sleeps
schedule: null
defaults: { kind: process, stopGrace: 500ms }
tasks:
  long: { shell: "echo $$ > PIDFILE; exec sleep 600" }
  after: { shell: "exit 0", after: [long] }
`

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('a worker stops a cancelled task within two seconds and its grace, long before its next renewal; cleared, it runs again', async () => {
  const place = new Workplace()
  const pidFile = join(place.folder, 'pid')
  place.write('dags/sleeps.yaml', SLEEPS.replace('PIDFILE', pidFile))
  const standalone = await place.standalone()
  const shown = (): Promise<RunView> => place.ask<RunView>('runs', 'show', 'sleeps', 'one')
  const pidOf = (): number => Number(readFileSync(pidFile, 'utf8'))
  await until(() => place.ask('dags', 'trigger', 'sleeps', '--run-id', 'one'), { timeout: 20_000 })
  await until(async () => (await shown()).tasks[0]?.state === 'running', { timeout: 20_000, interval: 200 })
  const pid = await until(pidOf)

  const planned = await place.ask<Performed>('runs', 'cancel', 'sleeps', 'one', '--dry-run')
  expect(planned.tasks.map(({ task, atOnce }) => [task, atOnce])).toEqual([['long', false], ['after', true]])
  expect(isAlive(pid)).toBe(true)
  const done = await place.run('runs', 'cancel', 'sleeps', 'one', '--yes')
  expect(done.stdout).toContain('cancelled, once its attempt has stopped')
  await until(() => !isAlive(pid), { timeout: 2_500 })
  await until(async () => (await shown()).state === 'cancelled', { timeout: 5_000 })

  const refused = await place.run('tasks', 'mark', 'sleeps', 'lang', '--run', 'one', '--state', 'success')
  expect(refused.stderr).toContain("LS_TASK_NOT_FOUND: there is no task or group 'lang' in the DAG; did you mean 'long'?")
  await place.ask('runs', 'clear', 'sleeps', 'one')
  await until(async () => (await shown()).tasks[0]?.state === 'running', { timeout: 10_000, interval: 200 })
  await place.ask('tasks', 'mark', 'sleeps', 'long', '--run', 'one', '--state', 'success', '--force')
  const last = await until(async () => { const view = await shown(); return view.state === 'success' && view }, { timeout: 10_000 })
  expect(last.tasks.map(({ task, state, attempts }) => [task, state, attempts.length])).toEqual([['long', 'success', 2], ['after', 'success', 1]])
  expect(last.tasks[0]?.reason).toMatch(/^marked success by /)
  await standalone.terminate()
}, 120_000)
