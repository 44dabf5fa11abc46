import { createHash } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import { which } from '../../scripts/lib/command.mjs'
import { tempDir } from '../harness/temp-dir.js'
import { type Block, Blocks, blocksOf } from '../harness/typed.js'
import { until } from '../harness/wait.js'
import { Machine, PASSWORD, typeInSources } from './setting.js'

// A system is installed, upgraded and taken apart; each of these waits for real services.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 900_000 })

/** As the pages have them: what these sources are, and what comes after it. */
const OLD = '0.1.0'
const NEW = '0.2.0'
const WORKER = 'longshore-worker@default'

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

const sources = new Blocks('checkout')
const pages = new Blocks('systemd')
let machine: Machine
let packages: string

interface Run { readonly state: string; readonly tasks: readonly { readonly state: string; readonly attempts: readonly unknown[] }[] }

/** Types what a page says; what it printed. */
const type = (blocks: readonly Block[], put: (text: string) => string = text => text): Promise<string> => machine.type(put(blocks.map(({ text }) => text).join('')))
const trigger = async (beats: number): Promise<string> => (await machine.ask<{ run: string }>(`dags trigger counter --param beats=${beats}`)).run
const show = (run: string): Promise<Run> => machine.ask<Run>(`runs show counter ${run}`)
const containers = async (filter = 'status=running'): Promise<string[]> => (await machine.sh(`docker ps --no-trunc -q --filter label=longshore.attempt --filter ${filter}`)).split('\n').filter(line => line !== '')
const container = (): Promise<string> => until(async () => (await containers())[0], { timeout: 90_000, interval: 300, describe: 'the container of a task' })

interface Probed { readonly answered: number; readonly failed: string[] }

/** Asks the web process all the while that `during` takes, and before and after it: how many requests were answered, and what the others met. */
async function probed(during: () => Promise<void>): Promise<Probed> {
  const seen = async (): Promise<Probed> => JSON.parse(await machine.sh('cat /run/probed 2>/dev/null || echo \'{"answered":0,"failed":[]}\'')) as Probed
  const more = (before: number): Promise<boolean> => until(async () => (await seen()).answered > before + 10, { timeout: 120_000, interval: 200, describe: 'ten more answers' })
  await machine.sh('rm -f /run/probed; systemd-run --collect --unit=prober /usr/lib/longshore/bin/node /packages/prober.mjs http://127.0.0.1:8080/livez /run/probed')
  await more(0)
  await during()
  await more((await seen()).answered)
  await machine.sh('systemctl stop prober')
  return seen()
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
  for (const { text } of sources.take('install.md', 'Install')) await typeInSources(text, packages)
  for (const { text } of sources.take('upgrade.md', 'Over all machines, by themselves')) await typeInSources(text, packages, '--only deb')
  // Machines have Debian's from a mirror.
  copyFileSync(which('zstd') ?? '', join(packages, 'zstd'))
  copyFileSync(join(import.meta.dirname, 'prober.mjs'), join(packages, 'prober.mjs'))
  writeFileSync(join(packages, 'counter.yaml'), DAG)
  machine = await Machine.boot(packages)
  await machine.sh(`systemctl start docker mariadb redis-server
    mkdir -p /tmp/image/bin && cp /bin/busybox /tmp/image/bin/ && for name in sh sleep echo; do ln -s busybox /tmp/image/bin/$name; done
    tar -C /tmp/image -c . | docker import - counter:1
    redis-cli config set requirepass ${PASSWORD}
    echo '127.0.0.1 db.example.com redis.example.com' >> /etc/hosts
    echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes`, 300_000)
})

it('the same sources give the same package, byte for byte', async () => {
  const again = tempDir('again')
  for (const { text } of sources.take('terraform.md', 'On this machine')) await typeInSources(text, again, '--only deb')
  const sums = (folder: string): (readonly [string, string])[] => readdirSync(folder).filter(name => name.startsWith(`longshore_${OLD}_`)).map(name => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')])
  expect(sums(again)).toHaveLength(1)
  expect(sums(again)).toEqual(sums(packages))
})

it('an installation starts nothing, makes its user and folders, and has Docker keep containers', async () => {
  await type(pages.take('install.md', 'Install'))
  expect(await machine.sh('longshore --version')).toBe(OLD)
  expect(await machine.sh("systemctl list-units --no-legend 'longshore*.service'")).toBe('')
  expect(await machine.sh('stat -c "%U %a" /etc/longshore/credentials /var/lib/longshore/logs')).toBe('root 700\nlongshore 750')
  expect(await machine.sh('docker info --format "{{.LiveRestoreEnabled}}"')).toBe('true')
  expect(await machine.sh('systemctl is-enabled longshore.target')).toBe('enabled')
})

it('services are active once they are ready, and get their passwords as credentials', async () => {
  await machine.sh(`cp /packages/counter.yaml /var/lib/longshore/dags/
    mkdir -p /etc/systemd/system/longshore-scheduler.service.d
    printf '[Service]\\nWatchdogSec=6s\\nTimeoutAbortSec=1s\\n' > /etc/systemd/system/longshore-scheduler.service.d/test.conf
    systemctl daemon-reload`)
  expect(await type(pages.take('install.md', 'First machine', 0, 1))).toContain('User ann is made, with the role admin everywhere.')
  for (const unit of ['longshore-web', 'longshore-scheduler', WORKER]) expect(await machine.show(unit, 'ActiveState'), unit).toBe('active')
  expect(await machine.show('longshore-web.socket', 'ActiveState')).toBe('active')
  await until(async () => (await machine.show(WORKER, 'StatusText')).includes('0 tasks in 16 slots; queues default'), { timeout: 60_000, interval: 300 })
  const environment = await machine.sh(`tr '\\0' '\\n' < /proc/${await machine.pid('longshore-scheduler')}/environ`)
  expect(environment).not.toContain(PASSWORD)
  expect(await machine.sh('cat /etc/longshore/longshore.yaml /etc/longshore/*.env')).not.toContain(PASSWORD)
  expect(await machine.sh('longshore doctor --for worker || true')).toContain('live-restore')
})

it('what the runbooks and the way to move a database have typed does what they say', async () => {
  await type(pages.take('backup.md', 'Move, with nothing lost'))
  expect(await machine.sh("systemctl list-units --no-legend --state=active 'longshore-web*' 'longshore-scheduler*'")).toBe('')
  await type(pages.take('backup.md', 'Restore'))
  for (const unit of ['longshore-web', 'longshore-web.socket', 'longshore-scheduler']) expect(await machine.show(unit, 'ActiveState'), unit).toBe('active')
  const pid = await machine.pid('longshore-scheduler')
  await type(pages.takePage('runbooks.md'))
  expect(await machine.pid('longshore-scheduler')).not.toBe(pid)
})

it('the key that jobs are signed with is changed as docs/security.md says: schedulers sign with the new one before the old one is refused', async () => {
  const [making = [], ...later] = pages.take('security.md', 'Changing the key').map(block => [block])
  await type(making)
  const keys = await machine.ask<{ key: string; uses: string[] }[]>('keys list')
  const [before, next] = ['signing', 'next'].map(use => keys.find(({ uses }) => uses.includes(use))?.key ?? '')
  for (const step of later) await type(step, text => text.replaceAll('NEW.pub', `/etc/longshore/keys/trusted/${next}.pub`).replaceAll('OLD', before ?? ''))
  expect(await machine.ask('keys list')).toEqual(expect.arrayContaining([expect.objectContaining({ key: next, uses: ['signing', 'trusted'] }), expect.objectContaining({ key: before, uses: ['revoked'] })]))
  await wasNotDisturbed(await trigger(1), 1)
})

it('a pool more is an instance more, and is seen before a DAG has named its queue', async () => {
  await type(pages.take('install.md', 'More pools and machines'))
  expect(await machine.show('longshore-worker@ml', 'ActiveState')).toBe('active')
  await until(async () => (await machine.ask<{ queues: string[] }[]>('workers list')).map(({ queues }) => queues.join()).sort().join(' ') === 'default ml', { timeout: 60_000, interval: 500, describe: 'both workers to be listed' })
  await machine.sh('systemctl disable --now longshore-worker@ml')
})

it('the pages are at the address that systemctl edit gives them', async () => {
  const [edit, restart] = pages.take('install.md', 'First machine', 2, 3).map(block => [block])
  const [drop] = blocksOf('install.md', 'ini')
  await machine.sh(`printf '#!/bin/sh\\ncat /run/drop > "$1"\\n' > /run/editor && chmod +x /run/editor && cat > /run/drop <<'END'\n${drop?.text ?? ''}END`)
  await type(edit ?? [], text => `export SYSTEMD_EDITOR=/run/editor\n${text}`)
  await type(restart ?? [])
  const answers = (port: number): Promise<string> => machine.sh(`/usr/lib/longshore/bin/node -e "fetch('http://127.0.0.1:${port}/livez').then(({ status }) => console.log(status), ({ cause }) => console.log(cause.code))"`)
  expect([await answers(443), await answers(8080)]).toEqual(['200', 'ECONNREFUSED'])
  await machine.sh('systemctl revert longshore-web.socket && systemctl restart longshore-web.socket longshore-web')
  expect(await answers(8080)).toBe('200')
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

  const killed = await probed(async () => {
    await machine.sh(`kill -9 ${await machine.pid('longshore-web')}`)
    await until(async () => (await machine.show('longshore-web', 'NRestarts')) === '1' && (await machine.show('longshore-web', 'ActiveState')) === 'active', { timeout: 60_000, interval: 300 })
  })
  // The one request that the killed process was answering dies with it; those that came after it wait at the socket.
  expect([[], ['ECONNRESET']]).toContainEqual(killed.failed)

  const upgraded = await probed(async () => {
    await type(pages.take('upgrade.md', 'Upgrade and downgrade'))
    expect(await machine.sh('longshore --version')).toBe(NEW)
    // Schedulers write down every few seconds what workers say of themselves.
    await until(async () => (await machine.ask<{ version: string }[]>('workers list')).some(({ version }) => version === NEW), { timeout: 60_000, interval: 500, describe: 'the worker to be seen with the new version' })
  })
  expect(upgraded.failed).toEqual([])
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
  await type(pages.take('upgrade.md', 'Back'))
  expect(await machine.sh('longshore --version')).toBe(OLD)
  for (const unit of ['longshore-web', 'longshore-scheduler', WORKER]) expect(await machine.show(unit, 'ActiveState'), unit).toBe('active')
  expect(await machine.sh('tail -1 /etc/longshore/scheduler.env')).toBe('# mine')
  await wasNotDisturbed(await trigger(1), 1)
})

it('a removal stops the services and keeps settings, state and running containers; a purge keeps the logs of tasks alone', async () => {
  await trigger(600)
  const running = await container()
  const [remove, purge] = pages.take('install.md', 'Remove').map(block => [block])
  expect(await type(remove ?? [])).toContain('run on')
  expect(await machine.sh("systemctl list-units --no-legend --state=active 'longshore*.service' 'longshore*.socket'")).toBe('')
  expect(await containers()).toEqual([running])
  expect(await machine.sh('ls /etc/longshore')).toContain('scheduler.env')

  expect(await type(purge ?? [])).toContain('logs of tasks are kept')
  expect(await machine.sh('ls /var/lib/longshore')).toBe('logs')
  expect(await machine.sh('ls -d /etc/longshore /usr/lib/longshore 2>&1 || true')).not.toMatch(/^\//m)
  expect(await machine.sh("find /etc/systemd/system -name 'longshore*'")).toBe('')
  await machine.sh(`docker rm -f ${running}`)
})

it('without dpkg it is the same tree and the same units', async () => {
  await machine.sh('install /packages/zstd /usr/local/bin/')
  await type(pages.take('install.md', 'Without dpkg'))
  expect(await machine.sh('longshore --version')).toBe(OLD)
  expect(await machine.sh('systemctl is-enabled longshore.target')).toBe('enabled')
  for (const unit of ['longshore-web', 'longshore-scheduler', WORKER]) expect(await machine.show(unit, 'LoadState'), unit).toBe('loaded')
  expect(await machine.sh('stat -c "%U %a" /etc/longshore/credentials /var/lib/longshore/dags')).toBe('root 700\nroot 755')
})

it('the pages have nothing more to type on a machine or in the sources', () => {
  expect([...sources.left(), ...pages.left()]).toEqual([])
})
