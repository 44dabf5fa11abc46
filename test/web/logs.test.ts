import { mkdirSync, appendFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { LiveLog } from '../../shared/broker/live-log.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { formatLogLine, logTime } from '../../shared/log-store/log-line.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import { until } from '../harness/wait.js'
import { ADMIN, ApiSite } from './site.js'

const LOG = '/dags/a/runs/manual/tasks/one/attempts/1/log'
const line = (n: number): string => formatLogLine({ time: logTime(1_767_225_600_000 + n), stream: n % 2 === 0 ? 'stdout' : 'stderr', text: `line ${n} <script>`, complete: true })

/** A site with one task that runs, and where its worker would write its log. */
async function running() {
  const site = await ApiSite.open()
  const { installation } = site
  await installation.scheduler()
  let finish = (): void => {}
  const held = new Promise<void>(resolve => { finish = resolve })
  installation.worker({ answer: async () => { await held; return {} } })
  onTestFinished(() => { finish() })
  await installation.dag('dag: a\nschedule: null\ntasks: { one: { image: busybox, command: [work] } }\n')
  await installation.trigger('a')
  const task = await until(async () => { const { one } = await installation.tasks('a'); return one?.state === 'starting' && one })
  const [attempt] = await installation.attempts(task)
  const file = join(site.logs, `${attempt?.log_path ?? ''}.log`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  const redis = openRedis(commandOptions(installation.redis.url))
  onTestFinished(() => { redis.disconnect() })
  const live = new LiveLog(redis, 'longshore', 'default')
  const id = attemptId({ taskInstance: task.ti_id, fence: 1 })
  return {
    site, file, id,
    print: async (n: number) => { appendFileSync(file, line(n)); await live.append(id, [{ time: logTime(n), stream: 'stdout', text: '', complete: true }]) },
    end: async () => { finish(); await installation.ended('a'); await live.end(id) },
  }
}

/** A reader as a browser is one. */
async function follow(site: ApiSite, headers: Record<string, string> = {}): Promise<{ text: () => string; response: IncomingMessage }> {
  const { port } = site.app.server.address() as AddressInfo
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest({ port, path: `/api/v1${LOG}`, headers: { accept: 'text/event-stream', 'x-test-grants': JSON.stringify(ADMIN), ...headers } }, resolve)
    request.on('error', reject)
    request.end()
    onTestFinished(() => { request.destroy() })
  })
  let text = ''
  response.setEncoding('utf8').on('data', (more: string) => { text += more }).on('error', () => {})
  return { text: () => text, response }
}

it('a log is read in parts, from its end, and as text', async () => {
  const { site, print } = await running()
  expect((await site.ask('GET', LOG)).body).toMatchObject({ from: 0, next: 0, size: 0, over: false, frames: [] })
  for (let n = 0; n < 3; n += 1) await print(n)
  const whole = (await site.ask('GET', LOG)).body as { next: number; size: number }
  expect(whole).toMatchObject({ from: 0, frames: [{ time: '2026-01-01T00:00:00.000000000Z', stream: 'stdout', text: 'line 0 <script>' }, { stream: 'stderr' }, {}] })
  expect(whole.next).toBe(whole.size)
  await print(3)
  expect((await site.ask('GET', `${LOG}?from=${whole.next}`)).body).toMatchObject({ frames: [{ text: 'line 3 <script>' }] })
  expect((await site.ask('GET', `${LOG}?from=-${line(3).length}`)).body).toMatchObject({ frames: [{ text: 'line 3 <script>' }] })
  expect((await site.ask('GET', `${LOG}?from=-${line(3).length + 2}`)).body).toMatchObject({ frames: [{ text: 'line 3 <script>' }] })
  const text = await site.app.inject({ method: 'GET', url: `/api/v1${LOG}`, headers: { accept: 'text/plain', 'x-test-grants': JSON.stringify(ADMIN) } })
  expect(text.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'content-disposition': expect.stringMatching(/^attachment; filename="\d+\.1\.log"$/), 'x-content-type-options': 'nosniff' })
  expect(text.body).toBe('line 0 <script>\nline 1 <script>\nline 2 <script>\nline 3 <script>\n')
  expect(await site.ask('GET', '/dags/a/runs/manual/tasks/one/attempts/2/log')).toMatchObject({ status: 404, body: { code: 'LS_LOG_NOT_FOUND' } })
  for (const run of ['..', '..%2f..%2f..', '%2e%2e%2f']) expect((await site.ask('GET', `/dags/a/runs/${run}/tasks/one/attempts/1/log`)).status).toBe(404)
})

it('many readers follow one log through one subscription, each line once, until its attempt ends', async () => {
  const { site, print, end } = await running()
  await site.app.listen({ port: 0, host: '127.0.0.1' })
  await print(0)
  const readers = await Promise.all(Array.from({ length: 50 }, () => follow(site)))
  const lines = (text: string): number[] => [...text.matchAll(/line (\d+) /g)].map(([, n]) => Number(n))
  await until(() => readers.every(({ text }) => lines(text()).length === 1))
  await print(1)
  await until(() => readers.every(({ text }) => lines(text()).length === 2))
  expect(await site.installation.subscriptions()).toBe(1)
  // A browser that was cut off goes on after the last id that it has seen.
  const id = /id: (\d+)/.exec(readers[0]?.text() ?? '')?.[1] ?? ''
  const late = await follow(site, { 'last-event-id': id })
  await until(() => lines(late.text()).length === 1)
  await print(2)
  await end()
  await until(() => [...readers, late].every(({ text }) => text().includes('event: end')), { timeout: 20_000 })
  for (const { text } of readers) expect(lines(text())).toEqual([0, 1, 2])
  expect(lines(late.text())).toEqual([1, 2])
})
