import { describe, expect, it } from 'vitest'
import { Slots } from './slots.js'

const forever = new AbortController().signal

describe('slots', () => {
  it('are given out in turn, and two releases count once', async () => {
    const slots = new Slots(1)
    const first = await slots.acquire(forever)
    const order: string[] = []
    const waiting = ['a', 'b', 'a'].map(async name => {
      const slot = await slots.acquire(forever)
      order.push(name)
      slot?.release()
    })
    expect(slots.used).toBe(1)
    first?.release()
    first?.release()
    await Promise.all(waiting)
    expect(order).toEqual(['a', 'b', 'a'])
    expect(slots.used).toBe(0)
  })

  it('are not snatched past those who wait in line', async () => {
    const slots = new Slots(1)
    const held = slots.force()
    const waiting = slots.acquire(forever)
    expect(slots.tryAcquire()).toBeNull()
    held.release()
    expect(slots.tryAcquire()).toBeNull()
    ;(await waiting)?.release()
    expect(slots.tryAcquire()).not.toBeNull()
  })

  it('of adopted attempts may exceed the limit, and nothing new is given until they are below it', async () => {
    const slots = new Slots(1)
    const adopted = [slots.force(), slots.force()]
    const waiting = slots.acquire(forever)
    adopted[0]?.release()
    expect(slots.used).toBe(1)
    adopted[1]?.release()
    expect(await waiting).not.toBeNull()
  })

  it('are given to queues by their weights while all want more', async () => {
    const slots = new Slots(1, { weights: new Map([['etl', 3]]) })
    const held = slots.force()
    const order: string[] = []
    const fetch = async (queue: string, times: number): Promise<void> => {
      for (let turn = 0; turn < times; turn += 1) {
        const slot = await slots.acquire(forever, queue)
        order.push(queue)
        // Asks again before it gives back, as a busy fetcher does.
        queueMicrotask(() => slot?.release())
      }
    }
    const all = [fetch('ml', 10), fetch('etl', 30)]
    held.release()
    await Promise.all(all)
    expect(order.slice(0, 20).filter(queue => queue === 'etl')).toHaveLength(15)
  })

  it('are given to nobody while something forbids it', async () => {
    const slots = new Slots(2)
    let may = false
    slots.giveWhile(() => may)
    expect(slots.tryAcquire()).toBeNull()
    const waiting = slots.acquire(forever)
    slots.serve()
    expect(slots.used).toBe(0)
    may = true
    slots.serve()
    expect(await waiting).not.toBeNull()
  })

  it('leave the line when the wait is aborted', async () => {
    const slots = new Slots(1)
    const held = slots.force()
    const stop = new AbortController()
    const waiting = slots.acquire(stop.signal)
    stop.abort()
    expect(await waiting).toBeNull()
    held.release()
    expect(slots.used).toBe(0)
    expect(await slots.acquire(stop.signal)).toBeNull()
  })
})
