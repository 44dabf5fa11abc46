import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { buildPackage, Machine } from './setting.js'

// A system is installed, upgraded and taken apart; each of these waits for real services.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 900_000 })

const OLD = '1.0.0'
const NEW = '1.1.0'
const WORKER = 'longshore-worker@default'
const FILE = (version: string): string => `/packages/longshore_${version}_*.deb`

/** Prints a number every half second, and says at the end that it was not disturbed. */
const DAG = `
dag: counter
params:
  beats: { type: integer, default: 10 }
tasks:
  count:
    image: counter:1
    pull: never
    network: none
    retries: 0
    command: [sh, -c, 'i=0; while [ $i -lt {{ params.beats }} ]; do i=$((i+1)); echo beat $i; sleep 0.5; done']
`

let machine: Machine
let packages: string

interface Run { readonly state: string; readonly tasks: readonly { readonly state: string; readonly attempts: readonly unknown[] }[] }

const dpkg = (what: string): Promise<string> => machine.sh(`DEBIAN_FRONTEND=noninteractive dpkg ${what}`)
const trigger = async (beats: number): Promise<string> => (await machine.ask<{ run: string }>(`dags trigger counter --param beats=${beats}`)).run
const show = (run: string): Promise<Run> => machine.ask<Run>(`runs show counter ${run}`)
const containers = async (filter = 'status=running'): Promise<string[]> => (await machine.sh(`docker ps --no-trunc -q --filter label=longshore.attempt --filter ${filter}`)).split('\n').filter(line => line !== '')
const container = (): Promise<string> => until(async () => (await containers())[0], { timeout: 90_000, interval: 300, describe: 'the container of a task' })

/** Asks the web process all the while that `during` takes: how many requests were answered, and what the others met. */
async function probed(during: () => Promise<void>): Promise<{ answered: number; failed: string[] }> {
  await machine.sh('systemd-run --collect --unit=prober /usr/lib/longshore/bin/node /packages/prober.mjs http://127.0.0.1:8080/livez /run/probed')
  await during()
  await machine.sh('systemctl stop prober')
  return JSON.parse(await machine.sh('cat /run/probed')) as { answered: number; failed: string[] }
}

/** That it ended well, at its first attempt, and that nothing of what it printed is missing. */
async function wasNotDisturbed(run: string, beats: number): Promise<void> {
  await until(async () => (await show(run)).state === 'success', { timeout: 120_000, interval: 500, describe: `${run} to succeed` })
  expect((await show(run)).tasks.map(({ attempts }) => attempts.length)).toEqual([1])
  const lines = (await machine.sh(`longshore tasks logs counter ${run} count`)).split('\n').filter(line => /beat \d+$/.test(line)).map(line => Number(/(\d+)$/.exec(line)?.[1]))
  expect(lines).toEqual(Array.from({ length: beats }, (_, index) => index + 1))
}

beforeAll(async () => {
  packages = tempDir('packages')
  await buildPackage(packages, OLD)
  await buildPackage(packages, NEW)
  copyFileSync(join(import.meta.dirname, 'prober.mjs'), join(packages, 'prober.mjs'))
  writeFileSync(join(packages, 'counter.yaml'), DAG)
  machine = await Machine.boot(packages)
  await machine.sh(`systemctl start docker mariadb redis-server
    mkdir -p /tmp/image/bin && cp /bin/busybox /tmp/image/bin/ && for name in sh sleep echo; do ln -s busybox /tmp/image/bin/$name; done
    tar -C /tmp/image -c . | docker import - counter:1
    mariadb -e "CREATE DATABASE longshore CHARACTER SET utf8mb4; CREATE USER longshore@localhost IDENTIFIED BY 'a-password'; GRANT ALL ON longshore.* TO longshore@localhost"`, 300_000)
})

it('the same sources give the same package, byte for byte', async () => {
  const again = await buildPackage(tempDir('again'), OLD)
  const sum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
  expect(sum(again)).toBe(sum(join(packages, again.slice(again.lastIndexOf('/') + 1))))
})

it('an installation starts nothing, makes its user and folders, and has Docker keep containers', async () => {
  await dpkg(`-i ${FILE(OLD)}`)
  expect(await machine.sh('longshore --version')).toBe(OLD)
  expect(await machine.sh("systemctl list-units --no-legend 'longshore*.service'")).toBe('')
  expect(await machine.sh('stat -c "%U %a" /etc/longshore/credentials /var/lib/longshore/logs')).toBe('root 700\nlongshore 750')
  expect(await machine.sh('docker info --format "{{.LiveRestoreEnabled}}"')).toBe('true')
  expect(await machine.sh('systemctl is-enabled longshore.target')).toBe('enabled')
})

it('services are active once they are ready, and get their passwords as credentials', async () => {
  await machine.sh(`umask 077
    echo 'mysql://longshore:a-password@localhost/longshore?socket=/run/mysqld/mysqld.sock' > /etc/longshore/credentials/database-url
    echo 'redis://localhost:6379' > /etc/longshore/credentials/redis-url
    longshore keys generate
    umask 022
    cp /packages/counter.yaml /var/lib/longshore/dags/
    mkdir -p /etc/systemd/system/longshore-scheduler.service.d
    printf '[Service]\\nWatchdogSec=6s\\nTimeoutAbortSec=1s\\n' > /etc/systemd/system/longshore-scheduler.service.d/test.conf
    systemctl daemon-reload
    systemctl enable --now longshore-web.service longshore-scheduler.service ${WORKER}.service`, 200_000)
  for (const unit of ['longshore-web', 'longshore-scheduler', WORKER]) expect(await machine.show(unit, 'ActiveState'), unit).toBe('active')
  expect(await machine.show('longshore-web.socket', 'ActiveState')).toBe('active')
  await until(async () => (await machine.show(WORKER, 'StatusText')).includes('0 tasks in 16 slots; queues default'), { timeout: 60_000, interval: 300 })
  const environment = await machine.sh(`tr '\\0' '\\n' < /proc/${await machine.pid('longshore-scheduler')}/environ`)
  expect(environment).not.toContain('a-password')
  expect(await machine.sh('cat /etc/longshore/longshore.yaml /etc/longshore/*.env')).not.toContain('a-password')
  expect(await machine.sh('longshore doctor --for worker || true')).toContain('live-restore')
})

it('a stop of the worker lets go of a running task, and the start takes it over: same container, same attempt', async () => {
  const run = await trigger(30)
  const before = await container()
  await machine.sh(`systemctl stop ${WORKER}`)
  expect(await machine.show(WORKER, 'Result')).toBe('success')
  expect(await containers()).toEqual([before])
  await machine.sh(`systemctl start ${WORKER}`)
  expect(await containers()).toEqual([before])
  await wasNotDisturbed(run, 30)
})

it('a reload changes what tasks may do, without a restart', async () => {
  const pid = await machine.pid(WORKER)
  await machine.sh(`echo "allowImage: ['nothing']" >> /etc/longshore/longshore.yaml && systemctl reload ${WORKER}`)
  await machine.journal(WORKER, 'settings read again')
  const run = await trigger(1)
  await until(async () => (await show(run)).state === 'failed', { timeout: 60_000, interval: 300, describe: 'a task whose image is not allowed any more to fail' })
  await machine.sh(`sed -i '/^allowImage/d' /etc/longshore/longshore.yaml && systemctl reload ${WORKER}`)
  await wasNotDisturbed(await trigger(1), 1)
  expect(await machine.pid(WORKER)).toBe(pid)
  expect(await machine.show(WORKER, 'ActiveState')).toBe('active')
})

it('a process that hangs is found by its watchdog and started again', async () => {
  const pid = await machine.pid('longshore-scheduler')
  await machine.sh(`kill -STOP ${pid}`)
  const next = await until(async () => { const now = await machine.pid('longshore-scheduler'); return now !== 0 && now !== pid && await machine.show('longshore-scheduler', 'ActiveState') === 'active' && now }, { timeout: 90_000, interval: 300 })
  expect(next).not.toBe(pid)
  await machine.journal('longshore-scheduler', 'Watchdog timeout')
  await wasNotDisturbed(await trigger(1), 1)
})

it('a restart and an upgrade refuse no request, a kill at most the one it was answering, and none disturbs a task', async () => {
  const run = await trigger(90)
  const before = await container()
  const pids = await Promise.all(['longshore-web', 'longshore-scheduler', WORKER].map(unit => machine.pid(unit)))
  const restarted = await probed(async () => { await machine.sh('systemctl restart longshore-web') })
  expect(restarted.failed).toEqual([])
  expect(restarted.answered).toBeGreaterThan(20)

  const killed = await probed(async () => {
    await machine.sh(`kill -9 ${await machine.pid('longshore-web')}`)
    await until(async () => (await machine.show('longshore-web', 'NRestarts')) === '1' && (await machine.show('longshore-web', 'ActiveState')) === 'active', { timeout: 60_000, interval: 300 })
  })
  // The one request that the killed process was answering dies with it; those that came after it wait at the socket.
  expect([[], ['ECONNRESET']]).toContainEqual(killed.failed)
  expect(killed.answered).toBeGreaterThan(20)

  const upgraded = await probed(async () => {
    await dpkg(`-i ${FILE(NEW)}`)
    expect(await machine.sh('longshore --version')).toBe(NEW)
    // Schedulers write down every few seconds what workers say of themselves.
    await until(async () => (await machine.ask<{ version: string }[]>('workers list')).some(({ version }) => version === NEW), { timeout: 60_000, interval: 500, describe: 'the worker to be seen with the new version' })
  })
  expect(upgraded.failed).toEqual([])
  expect(upgraded.answered).toBeGreaterThan(20)
  const after = await Promise.all(['longshore-web', 'longshore-scheduler', WORKER].map(unit => machine.pid(unit)))
  after.forEach((pid, index) => { expect(pid).not.toBe(pids[index]) })
  expect(await containers()).toEqual([before])
  await wasNotDisturbed(run, 90)
})

it('a drain waits for the task, and the worker stays down', async () => {
  const run = await trigger(10)
  await container()
  await machine.sh('systemctl start longshore-drain@default', 180_000)
  expect(await containers()).toEqual([])
  expect(await machine.show(WORKER, 'ActiveState')).toBe('inactive')
  expect(await machine.show('longshore-drain@default', 'Result')).toBe('success')
  await wasNotDisturbed(run, 10)
  await machine.sh(`systemctl start ${WORKER}`)
})

it('a downgrade is an upgrade the other way', async () => {
  await machine.sh('echo "# mine" >> /etc/longshore/scheduler.env')
  await dpkg(`--force-confold -i ${FILE(OLD)}`)
  expect(await machine.sh('longshore --version')).toBe(OLD)
  for (const unit of ['longshore-web', 'longshore-scheduler', WORKER]) expect(await machine.show(unit, 'ActiveState'), unit).toBe('active')
  expect(await machine.sh('tail -1 /etc/longshore/scheduler.env')).toBe('# mine')
  await wasNotDisturbed(await trigger(1), 1)
})

it('a removal stops the services and keeps settings, state and running containers; a purge keeps the logs of tasks alone', async () => {
  await trigger(600)
  const running = await container()
  expect(await dpkg('-r longshore')).toContain('run on')
  expect(await machine.sh("systemctl list-units --no-legend --state=active 'longshore*.service' 'longshore*.socket'")).toBe('')
  expect(await containers()).toEqual([running])
  expect(await machine.sh('ls /etc/longshore')).toContain('scheduler.env')

  expect(await dpkg('-P longshore')).toContain('logs of tasks are kept')
  expect(await machine.sh('ls /var/lib/longshore')).toBe('logs')
  expect(await machine.sh('ls -d /etc/longshore /usr/lib/longshore 2>&1 || true')).not.toMatch(/^\//m)
  expect(await machine.sh("find /etc/systemd/system -name 'longshore*'")).toBe('')
  await machine.sh(`docker rm -f ${running}`)
})
