import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { version } from '../../../shared/version.js'
import { until } from '../../harness/wait.js'
import { DIALECTS, Installation } from '../installation.js'
import { dag, runOf, waiting } from './stage.js'


/** A server that answers as the test says, and remembers what it was asked. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ readonly url: string; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = []
  const http = createServer((request, response) => { asked.push(request); answer(request, response) })
  await new Promise<void>(resolve => { http.listen(0, '127.0.0.1', resolve) })
  onTestFinished(async () => {
    http.closeAllConnections()
    await new Promise(resolve => { http.close(resolve) })
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked }
}

describe.each(DIALECTS)('a wait for an answer over HTTP on %s', dialect => {
  it('asks again until status and text are as wanted', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const { url, asked } = await server((_, response) => {
      if (asked.length === 1) response.writeHead(503).end()
      else response.writeHead(200).end(asked.length === 2 ? 'working on 2026-01-02' : 'done: 2026-01-02')
    })
    const id = await site.dag(dag('http', [`w: { wait: { http: "${url}/days/{{ ds }}?key=secret", headers: { x-day: "{{ ds }}" }, contains: "done: {{ ds }}" }, pokeInterval: 1s }`]))
    await runOf(site, id, 'r')
    await waiting(site, id, 'w', `${url}/days/2026-01-02 answered 503; it must be 200 to 299`, 'r')
    await waiting(site, id, 'w', `${url}/days/2026-01-02 answered 200 without 'done: 2026-01-02'`, 'r')
    expect((await site.ended(id, 'r')).tasks['w']).toMatchObject({ state: 'success', reason: `${url}/days/2026-01-02 answered 200 with 'done: 2026-01-02'` })
    expect(asked).toHaveLength(3)
    expect(asked[0]?.headers).toMatchObject({ 'x-day': '2026-01-02', 'user-agent': `longshore/${version()}` })
  })

  it('takes what cannot be asked for "not yet", and times out', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const { url } = await server((_, response) => { response.destroy() })
    const id = await site.dag(dag('http', ['w: { wait: { http: "http://127.0.0.1:1/" }, timeout: 2s, pokeInterval: 1s }', `c: { wait: { http: "${url}", onTimeout: skip }, timeout: 2s, pokeInterval: 1s }`]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(tasks['w']).toMatchObject({ state: 'failed' })
    expect(tasks['w']?.reason).toMatch(/^waited longer than its timeout of 2s: http:\/\/127\.0\.0\.1:1\/ could not be asked: /)
    expect(tasks['c']?.state).toBe('skipped')
  })

  it('neither delays other waits nor other questions while many servers are slow', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const slow = await server(() => {})
    const fast = await server((_, response) => { response.end('ok') })
    const stuck = await site.dag(dag('stuck', Array.from({ length: 15 }, (_, i) => `w${i}: { wait: { http: "${slow.url}" } }`)))
    await site.trigger(stuck)
    await until(() => slow.asked.length === 15)
    const quick = await site.dag(dag('quick', [`h: { wait: { http: "${fast.url}" } }`, 't: { wait: { until: "2020-01-01" } }']))
    await site.trigger(quick)
    expect((await site.ended(quick, 'manual', { timeout: 5_000 })).state).toBe('success')
    expect(slow.asked).toHaveLength(15)
  })

  it('never has more than 20 questions open', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let open = 0
    let most = 0
    const { url } = await server((_, response) => {
      most = Math.max(most, (open += 1))
      setTimeout(() => { open -= 1; response.end() }, 50)
    })
    const id = await site.dag(dag('many', ['w: { wait: { http: "URL/{{ item }}" }, map: params.all }'.replace('URL', url)], [`params: { all: { type: array, default: [${Array.from({ length: 50 }, (_, i) => i).join(', ')}] } }`]))
    await runOf(site, id, 'r', { params: { all: Array.from({ length: 50 }, (_, i) => i) } })
    expect((await site.ended(id, 'r')).state).toBe('success')
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(20)
  })
})
