import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { ChangedRun } from '../../shared/live/changes.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { Role, type Grant } from '../../web/identity/access.js'
import { atEnd } from '../harness/cleanup.js'
import { until } from '../harness/wait.js'
import { ADMIN, ApiSite, inNamespace } from './site.js'

interface Heard { readonly event: string; readonly id: string | null; readonly data: { readonly topic?: string; readonly runs?: readonly ChangedRun[] }; readonly at: number }

/** Reads server-sent events as a browser does. Parses them when it is asked: what 500 of them parse is not what is measured. */
class Ear {
  isEnded = false
  readonly #frames: { readonly frame: string; readonly at: number }[] = []
  #text = ''

  constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8')
    response.on('data', (text: string) => { this.#take(text) })
    response.on('close', () => { this.isEnded = true })
    response.on('error', () => {})
  }

  get heard(): Heard[] {
    return this.#frames.flatMap(({ frame, at }) => {
      const field = (name: string): string | null => frame.split('\n').find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null
      const [event, data] = [field('event'), field('data')]
      return event === null ? [] : [{ event, id: field('id'), data: JSON.parse(data ?? '{}') as Heard['data'], at }]
    })
  }

  changes(topic: string): readonly Heard[] {
    return this.heard.filter(({ event, data }) => event === 'change' && data.topic === topic)
  }

  /** When it was told that a task is in this state, milliseconds since the epoch. */
  told(task: string, state: string): number | null {
    return this.#frames.find(({ frame }) => frame.includes(`["${task}",-1,"${state}"`))?.at ?? null
  }

  #take(text: string): void {
    const frames = (this.#text + text).split('\n\n')
    this.#text = frames.pop() ?? ''
    const at = performance.timeOrigin + performance.now()
    this.#frames.push(...frames.map(frame => ({ frame, at })))
  }
}

async function open(): Promise<{ site: ApiSite; listen: (topics: string, more?: { grants?: readonly Grant[]; headers?: Record<string, string> }) => Promise<Ear> }> {
  const site = await ApiSite.open()
  await site.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = site.app.server.address() as AddressInfo
  const listen = (topics: string, { grants = ADMIN, headers = {} }: { grants?: readonly Grant[]; headers?: Record<string, string> } = {}): Promise<Ear> => new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: `/api/v1/changes?topics=${encodeURIComponent(topics)}`, headers: { 'x-test-grants': JSON.stringify(grants), ...headers }, agent: false }, response => {
      if (response.statusCode !== 200) { response.resume(); reject(new Error(`status ${response.statusCode}`)); return }
      atEnd(() => { response.destroy() })
      resolve(new Ear(response))
    })
    asked.on('error', reject)
    asked.end()
  })
  return { site, listen }
}

const SLOW = (id: string): string => `dag: ${id}\nschedule: null\ntasks:\n${Array.from({ length: 6 }, (_, at) => `  t${at}: { kind: process, shell: "x", ${at === 0 ? '' : `after: [t${at - 1}]`} }\n`).join('')}`

/** Until the hub is sure that who publishes has noticed it, it has pages read anew twice. */
const live = (ear: Ear): Promise<unknown> => until(() => ear.heard.filter(({ event }) => event === 'reload').length === 2)

describe('changes', () => {
  it('reach 500 readers within 250 ms of their commit, and cost no query for any of them', async () => {
    const { site, listen } = await open()
    await site.installation.scheduler()
    site.installation.worker()
    await site.installation.dag(SLOW('sales.a'))
    let queries = 0
    site.installation.database.query.on('query', () => { queries += 1 })
    await live(await listen('dags'))
    const ears: Ear[] = []
    for (let at = 0; at < 500; at += 50) ears.push(...await Promise.all(Array.from({ length: 50 }, (_, index) => listen(index % 2 === 0 ? 'run:sales.a/one' : 'dag:sales.a,dags', { headers: { 'x-test-user': String(Math.floor((at + index) / 50)) } }))))
    expect(queries).toBe(0)
    await site.installation.trigger('sales.a', 'one')
    await until(() => ears.every(ear => ear.told('t5', 'success') !== null), { timeout: 30_000 })
    // The end is written a moment before its commit, by the clock of this machine. The best of six, as the machine may do other things.
    const tasks = await site.installation.tasks('sales.a', 'one')
    const latencies = Object.values(tasks).map(({ task_id, ended_at }) => Math.max(...ears.map(ear => ear.told(task_id, 'success') ?? Infinity)) - (ended_at ?? 0))
    expect(Math.min(...latencies), `latencies ${latencies.join(', ')}`).toBeLessThan(250)
    for (const ear of ears.slice(1, 3)) await until(() => ear.heard.some(({ data }) => data.runs?.some(({ run, state }) => run === 'one' && state === 'success') === true))
    // A list of DAGs hears of runs, not of tasks.
    expect(ears[1]?.changes('dags').flatMap(({ data }) => data.runs?.flatMap(({ tasks }) => tasks) ?? [])).toEqual([])
  }, 60_000)

  it('reach the first reader of a process too, though what came before was told to nobody and publishers keep quiet for a second after that', async () => {
    const { site, listen } = await open()
    await site.installation.scheduler()
    site.installation.worker()
    await site.installation.dag(SLOW('sales.a'))
    await site.installation.trigger('sales.a', 'unheard')
    await site.installation.ended('sales.a', 'unheard')
    const ear = await listen('run:sales.a/one')
    await until(() => ear.heard.some(({ event }) => event === 'reload'))
    await site.installation.trigger('sales.a', 'one')
    await site.installation.ended('sales.a', 'one')
    await until(() => ear.told('t5', 'success') !== null)
    // Of a run that begins the page reads everything: what its first task does meanwhile may be part of that.
    expect(ear.changes('run:sales.a/one')[0]?.data.runs, 'the first change').toMatchObject([{ run: 'one', state: 'running', much: true }])
  }, 30_000)

  it('are those of the namespaces that somebody may read', async () => {
    const { site, listen } = await open()
    await site.installation.scheduler()
    site.installation.worker()
    for (const id of ['sales.a', 'ml.b']) await site.installation.dag(SLOW(id))
    const grants = inNamespace('ml', Role.viewer)
    await expect(listen('dag:sales.a', { grants })).rejects.toThrow('status 404')
    await expect(listen('run:sales.a/one', { grants })).rejects.toThrow('status 404')
    await expect(listen('nothing')).rejects.toThrow('status 400')
    const [team, all] = [await listen('dags', { grants }), await listen('dags,dag:ml.b')]
    await live(team)
    for (const id of ['sales.a', 'ml.b']) await site.installation.trigger(id, 'one')
    for (const id of ['sales.a', 'ml.b']) await until(() => all.changes('dags').some(({ data }) => data.runs?.some(({ dag, state }) => dag === id && state === 'success') === true))
    await until(() => team.changes('dags').some(({ data }) => data.runs?.some(({ state }) => state === 'success') === true))
    const before = team.changes('dags').length
    expect(await site.ask('PATCH', '/dags/sales.a', { body: { paused: true } })).toMatchObject({ status: 200 })
    expect(await site.ask('PATCH', '/dags/ml.b', { body: { paused: true } })).toMatchObject({ status: 200 })
    await until(() => all.changes('dag:ml.b').some(({ data }) => data.runs === undefined))
    await until(() => team.changes('dags').length > before)
    expect(team.changes('dags').slice(before).map(({ data }) => data), 'that ml.b was paused, and nothing of sales.a').toEqual([{ topic: 'dags' }])
    expect(new Set(team.changes('dags').flatMap(({ data }) => data.runs?.map(({ dag }) => dag) ?? []))).toEqual(new Set(['ml.b']))
  }, 30_000)

  it('are made up for when a reader was away for a moment, and when it was too long or Redis was lost it is told to read anew', async () => {
    const { site, listen } = await open()
    const ear = await listen('dags')
    await live(ear)
    const config = site.installation.config()
    await wakeSchedulers(config)
    const [first] = await until(() => ear.changes('dags').length === 1 && ear.changes('dags'))
    const headers = { 'last-event-id': first?.id ?? '' }
    await wakeSchedulers(config)
    const again = await listen('dags', { headers })
    await until(() => again.changes('dags').length === 1)
    expect(again.heard.map(({ event }) => event)).toEqual(['live', 'change'])
    const stranger = await listen('dags', { headers: { 'last-event-id': 'another-7' } })
    await until(() => stranger.heard.map(({ event }) => event).join() === 'live,reload')

    await site.installation.redis.stop()
    await until(() => ear.heard.at(-1)?.event === 'stale')
    const late = await listen('dags', { headers })
    await until(() => late.heard.map(({ event }) => event).join() === 'live,stale,reload')
  }, 30_000)

  it('end with the process, and one user has a limit of readers', async () => {
    const { site, listen } = await open()
    const ears = await Promise.all(Array.from({ length: 100 }, () => listen('dags')))
    await expect(listen('dags')).rejects.toThrow('status 429')
    ears[0]?.response.destroy()
    await until(() => listen('dags'))
    const closed = site.app.close()
    await until(() => ears.every(({ isEnded }) => isEnded))
    await closed
  }, 30_000)
})

it('who is too slow is not waited for, and is told to read anew', async () => {
  const { EventStream } = await import('../../web/http/event-stream.js')
  const { LiveReader } = await import('../../web/live/live-reader.js')
  const stream = new EventStream()
  atEnd(() => { stream.destroy() })
  const reader = new LiveReader(['dags'], stream)
  const frame = `data: ${'x'.repeat(10_000)}\n\n`
  for (let sent = 0; sent < 1_000; sent += 1) reader.send(frame)
  expect(stream.readableLength).toBeLessThan(300_000)
  let text = ''
  stream.on('data', (chunk: Buffer) => { text += String(chunk) })
  await until(() => text.endsWith('event: reload\ndata: {}\n\n'))
})
