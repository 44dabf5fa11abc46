import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Amount } from './amount.js'
import { Capacity, type Reservation } from './capacity.js'

const GIB = 1024 ** 3
const amount = (cpus: number, gib: number): Amount => ({ cpus, memory: gib * GIB })
const forever = new AbortController().signal

/** A machine of 4 CPUs and 16 GiB whose clock is in our hand. */
function machine({ maxWaiting = 2 } = {}): { capacity: Capacity; pass: (milliseconds: number) => void; ask: (cpus: number, gib: number) => Reservation } {
  let now = 0
  const capacity = new Capacity({ total: amount(4, 16), maxWaiting: () => maxWaiting, now: () => now })
  return {
    capacity,
    pass: milliseconds => { now += milliseconds },
    ask: (cpus, gib) => {
      const reservation = capacity.request(amount(cpus, gib))
      expect(reservation.enter()).toBe(true)
      return reservation
    },
  }
}

const runs = (reservation: Reservation): boolean => reservation.waitsFor() === null

describe('room on a worker', () => {
  it('is refused with the numbers to what can never have it', () => {
    const { capacity } = machine()
    expect(capacity.neverFits(amount(0, 64))).toBe('it needs 64 GiB of memory, this worker has 16 GiB (capacityMemory); lower what the task asks for, or give it a queue of bigger workers')
    expect(capacity.neverFits(amount(8, 1))).toMatch(/^it needs 8 CPUs, this worker has 4 \(capacityCpus\)/)
    expect(capacity.neverFits(amount(8, 64))).toMatch(/^it needs 8 CPUs, this worker has 4 \(capacityCpus\), and it needs 64 GiB of memory, this worker has 16 GiB \(capacityMemory\)/)
    expect(capacity.neverFits(amount(4, 16))).toBeNull()
    expect(capacity.neverFits(amount(0, 0))).toBeNull()
  })

  it('is waited for, with numbers, while others that fit overtake', async () => {
    const { ask } = machine()
    const first = ask(3, 12)
    const big = ask(2, 8)
    const small = ask(1, 1)
    expect([first, big, small].map(runs)).toEqual([true, false, true])
    expect(big.waitsFor()).toBe('2 CPUs (0 of 4 are free) and 8 GiB of memory (3 GiB of 16 GiB are free)')
    const granted = big.granted(forever)
    first.release()
    expect(await granted).toBe(true)
  })

  it('is kept for who has waited for long, but not from those who take nothing of what it lacks', () => {
    const { ask, pass } = machine({ maxWaiting: 10 })
    const [one, two] = [ask(1, 8), ask(1, 8)]
    const big = ask(1, 12)
    pass(31_000)
    const [memory, cpu, nothing] = [ask(0, 4), ask(1, 0), ask(0, 0)]
    one.release()
    // 8 GiB are free: the 4 would fit, and would keep the 12 waiting.
    expect([big, memory, cpu, nothing].map(runs)).toEqual([false, false, true, true])
    expect(memory.waitsFor()).toBe('its turn')
    two.release()
    expect([big, memory].map(runs)).toEqual([true, true])
  })

  it('is not promised to more than a few: the others are told to stay in the queue, until there is a place in the line', () => {
    const { capacity, ask } = machine({ maxWaiting: 1 })
    let told = 0
    capacity.onRoom(() => { told += 1 })
    const first = ask(4, 1)
    const second = ask(4, 1)
    expect(capacity.hasRoom).toBe(false)
    expect(capacity.request(amount(4, 1)).enter()).toBe(false)
    expect(capacity.waiting).toBe(1)
    const before = told
    first.release()
    expect(told).toBeGreaterThan(before)
    expect(runs(second)).toBe(true)
    expect(capacity.hasRoom).toBe(true)
  })

  it('is counted for adopted tasks, also beyond what there is, and one that turns out not to run waits for it', async () => {
    const { capacity, ask } = machine()
    const adopted = [1, 2, 3].map(() => capacity.request(amount(2, 1)))
    const [idle, running] = adopted as [Reservation, Reservation]
    for (const reservation of adopted) reservation.force()
    expect(capacity.used.cpus).toBe(6)
    const small = ask(1, 1)
    expect(runs(small)).toBe(false)
    idle.requeue()
    expect([idle, small].map(runs)).toEqual([false, false])
    running.release()
    expect([idle, small].map(runs)).toEqual([false, true])
    small.release()
    expect(await idle.granted(forever)).toBe(true)
  })

  it('is not given to one that was stopped while it waited', async () => {
    const { capacity, ask } = machine()
    const first = ask(4, 1)
    const waiting = ask(4, 1)
    const stop = new AbortController()
    const granted = waiting.granted(stop.signal)
    stop.abort()
    expect(await granted).toBe(false)
    waiting.release()
    waiting.release()
    first.release()
    expect(capacity.used).toEqual(amount(0, 0))
    expect(capacity.waiting).toBe(0)
  })

  it('is never given out twice, and nobody waits for ever', () => {
    const requests = fc.array(fc.record({ cpus: fc.double({ min: 0.1, max: 4, noNaN: true }), memory: fc.integer({ min: 1, max: 16 * GIB }), age: fc.integer({ min: 0, max: 40_000 }) }), { maxLength: 40 })
    fc.assert(fc.property(requests, list => {
      const { capacity, pass } = machine({ maxWaiting: 100 })
      const waiting = new Set<Reservation>()
      const running: Reservation[] = []
      const look = (): void => {
        for (const reservation of waiting) {
          if (!runs(reservation)) continue
          waiting.delete(reservation)
          running.push(reservation)
        }
        expect(capacity.used.cpus).toBeLessThanOrEqual(4 + 1e-4)
        expect(capacity.used.memory).toBeLessThanOrEqual(16 * GIB + 1e-4)
      }
      for (const { age, ...request } of list) {
        pass(age)
        const reservation = capacity.request(request)
        reservation.enter()
        waiting.add(reservation)
        look()
      }
      for (let ended = running.shift(); ended !== undefined; ended = running.shift()) {
        ended.release()
        look()
      }
      expect(waiting.size).toBe(0)
    }))
  })
})
