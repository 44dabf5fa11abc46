import { expect, it } from 'vitest'
import type { FinishedEvent } from '../shared/protocol/events.js'
import type { Leftovers } from './cleaner.js'
import { Settlement } from './settlement.js'

/** A finish whose sending ends when it is told to. */
function settlement(): { one: Settlement; sent: () => number; answer: (isTaken: boolean) => void; verdicts: string[] } {
  const answers: ((isTaken: boolean) => void)[] = []
  const verdicts: string[] = []
  let sent = 0
  const one = new Settlement({ id: '1.1', queue: 'etl', directory: '', executor: null, log: null, isLogShipped: false, job: undefined } satisfies Leftovers, {} as FinishedEvent, 'never', {
    send: () => { sent += 1; return new Promise(resolve => { answers.push(resolve) }) },
    keep: () => Promise.resolve(),
    done: (_, verdict) => { verdicts.push(verdict) },
  })
  return { one, sent: () => sent, answer: isTaken => answers.shift()?.(isTaken), verdicts }
}

it('a finish that is on its way is not sent a second time by a renewal that comes meanwhile', async () => {
  const { one, sent, answer } = settlement()
  const sending = one.send()
  one.hear('held')
  answer(true)
  await sending
  one.hear('held')
  expect(sent()).toBe(1)
})

it('one that Redis did not take is sent again, and so is one that Redis forgot', async () => {
  const { one, sent, answer } = settlement()
  const sending = one.send()
  answer(false)
  await sending
  one.hear('held')
  expect(sent()).toBe(2)
  answer(true)
  await new Promise(resolve => setImmediate(resolve))
  one.hear('retaken')
  expect(sent()).toBe(3)
})

it('the scheduler\'s word ends it once', async () => {
  const { one, sent, verdicts } = settlement()
  one.hear('durable')
  one.hear('fenced')
  one.hear('retaken')
  await new Promise(resolve => setImmediate(resolve))
  expect([verdicts, sent()]).toEqual([['durable'], 0])
})
