import { expect, it } from 'vitest'
import { LoginThrottle } from './login-throttle.js'

const MINUTE = 60_000

function throttle() {
  let time = 0
  return { throttle: new LoginThrottle(() => time), pass: (milliseconds: number) => { time += milliseconds } }
}

it('after five wrong passwords the wait doubles, up to a quarter of an hour, and is forgotten after an hour', () => {
  const { throttle: held, pass } = throttle()
  for (let count = 0; count < 5; count += 1) expect(held.take('a', 'ann')).toBe(0)
  const waits: number[] = []
  for (let count = 0; count < 12; count += 1) {
    const wait = held.take('a', 'ann')
    waits.push(wait)
    pass(wait)
    expect(held.take('a', 'ann')).toBe(0)
  }
  expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(waits.at(-1)).toBe(15 * MINUTE)
  pass(61 * MINUTE)
  expect(held.take('a', 'ann')).toBe(0)
})

it('many addresses that guess one password hold its owner up for seconds, not longer', () => {
  const { throttle: held, pass } = throttle()
  for (let address = 0; address < 500; address += 1) pass(held.take(`bot ${address}`, 'ann'))
  const wait = held.take('home', 'ann')
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(10_000)
})

it('one address that guesses for many users is held, whomever it names next', () => {
  const { throttle: held } = throttle()
  for (let user = 0; user < 30; user += 1) expect(held.take('a', `user ${user}`)).toBe(0)
  expect(held.take('a', 'somebody else')).toBe(1_000)
  expect(held.take('b', 'somebody else')).toBe(0)
})

it('who knows the password is not held, however often', () => {
  const { throttle: held } = throttle()
  for (let count = 0; count < 200; count += 1) {
    expect(held.take('a', 'ann')).toBe(0)
    held.succeeded('a', 'ann')
  }
})

it('who tries codes slows down themselves, and nobody who has one', () => {
  const { throttle: held } = throttle()
  for (let bot = 0; bot < 200; bot += 1) for (let count = 0; count < 5; count += 1) held.take(`bot ${bot}`, null)
  expect(held.take('home', null)).toBe(0)
  for (let count = 0; count < 30; count += 1) held.take('bot', null)
  expect(held.take('bot', null)).toBeGreaterThan(0)
})
