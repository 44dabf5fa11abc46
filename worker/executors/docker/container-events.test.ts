import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ContainerEvents } from './container-events.js'
import type { DockerApi } from './docker-api.js'

const ID = 'c0ffee'.repeat(10) + 'beef'
const never = new AbortController().signal
const LONG = 60_000

const event = (action: string, attributes: Readonly<Record<string, string>> = {}, at = 1_700_000_000_000): string =>
  `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID, Attributes: { image: 'etl', ...attributes } }, timeNano: at * 1e6 })}\n`

/** A listener, and the stream on which its daemon tells. */
async function listening(): Promise<{ events: ContainerEvents; daemon: () => PassThrough; lost: () => number }> {
  let daemon = new PassThrough()
  let lost = 0
  const events = new ContainerEvents({ stream: () => Promise.resolve(daemon = new PassThrough()) } as unknown as DockerApi, 'worker')
  await events.listen(never, () => { lost += 1 })
  return { events, daemon: () => daemon, lost: () => lost }
}

describe('the end of a container', () => {
  it('is heard with its time, also when it came before anybody waited, and in pieces', async () => {
    const { events, daemon } = await listening()
    events.watch(ID)
    const text = event('start', {}, 1_700_000_000_000) + event('die', { exitCode: '0' }, 1_700_000_000_030)
    for (let from = 0; from < text.length; from += 7) daemon().write(text.slice(from, from + 7))
    expect(await events.death(ID, LONG, never)).toEqual({ exitCode: 0, at: expect.closeTo(1_700_000_000_030, 2) as number })
    expect(events.startedAt(ID)).toBeCloseTo(1_700_000_000_000, 2)
    expect(await events.death(ID, LONG, never)).toEqual({ exitCode: 0, at: expect.closeTo(1_700_000_000_030, 2) as number })
  })

  it('has to be looked for after a while, when the signal is aborted, and when the daemon was away', async () => {
    const { events, daemon, lost } = await listening()
    events.watch(ID)
    expect(await events.death(ID, 1, never)).toBeNull()
    const leaving = new AbortController()
    const left = events.death(ID, LONG, leaving.signal)
    leaving.abort()
    expect(await left).toBeNull()
    const waiting = events.death(ID, LONG, never)
    const closed = new Promise(resolve => daemon().once('close', resolve))
    daemon().destroy()
    await closed
    expect([events.isListening, lost()]).toEqual([false, 1])
    await events.listen(never, () => {})
    expect(await waiting).toBeNull()
  })

  it('is nothing that a daemon makes up: what cannot be read is passed over', async () => {
    const { events, daemon } = await listening()
    events.watch(ID)
    const waiting = events.death(ID, LONG, never)
    daemon().write(`not JSON\n{"Action":7}\n${event('die', { exitCode: 'soon' })}`)
    expect(await waiting).toBeNull()
    daemon().write(event('die', { exitCode: '3' }))
    expect(await events.death(ID, LONG, never)).toMatchObject({ exitCode: 3 })
  })

  it('is forgotten with its container', async () => {
    const { events, daemon } = await listening()
    events.watch(ID)
    daemon().write(event('die', { exitCode: '0' }))
    expect(await events.death(ID, LONG, never)).not.toBeNull()
    events.forget(ID)
    expect(await events.death(ID, LONG, never)).toBeNull()
  })
})

it('hears whom the kernel kills for memory, watched or not', async () => {
  const { events, daemon } = await listening()
  const killed = new Promise<string>(resolve => events.onOom(resolve))
  daemon().write(event('oom'))
  expect(await killed).toBe(ID)
})
