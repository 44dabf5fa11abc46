import { expect, it } from 'vitest'
import { until } from './wait.js'

it('gives what the condition gave as soon as it holds', async () => {
  let looks = 0
  const started = performance.now()
  expect(await until(() => ++looks === 3 && 'ready')).toBe('ready')
  expect(performance.now() - started).toBeLessThan(1_000)
})

it('says what it waited for and what it saw last', async () => {
  await expect(until(() => 0, { timeout: 20, describe: 'the ship' })).rejects.toThrow(/waited \d+ ms for the ship; the last look gave 0/)
})

it('takes an error for "not yet", and shows it when the time is up', async () => {
  await expect(until(() => { throw new Error('no wind') }, { timeout: 20 })).rejects.toThrow(/the last look failed: no wind/)
})
