import { expect, it } from 'vitest'
import { Turnstile } from './turnstile.js'

it('lets a few through at a time, in order, also when some fail', async () => {
  const turnstile = new Turnstile(2)
  let inside = 0
  let most = 0
  const order: number[] = []
  const passes = Array.from({ length: 10 }, (_, index) => turnstile.pass(async () => {
    order.push(index)
    most = Math.max(most, inside += 1)
    await new Promise(resolve => { setImmediate(resolve) })
    inside -= 1
    if (index % 3 === 0) throw new Error('no')
  }))
  const outcomes = await Promise.allSettled(passes)
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4)
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})
