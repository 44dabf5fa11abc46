import { QueueKeys } from 'bullmq'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLAIN_NAME, queueKeys, QUEUE_NAME, TAKEN_QUEUE_NAMES } from './keys.js'

const ATTEMPT = '7.1'

/** Longshore's own keys of a queue. */
function ownKeys(queue: string): string[] {
  const { bullPrefix: _, ...own } = queueKeys('longshore', queue)
  return Object.values(own).map(key => (typeof key === 'string' ? key : key(ATTEMPT)))
}

/** Keys of a queue that both BullMQ and Longshore would use. */
function shared(queue: string): string[] {
  const { bullPrefix } = queueKeys('longshore', queue)
  const bull = new Set([...Object.values(new QueueKeys(bullPrefix).getKeys(queue)), `${bullPrefix}:${queue}:${ATTEMPT}`])
  return ownKeys(queue).filter(key => bull.has(key))
}

const NAMES_OF_KEYS = [...ownKeys('q').map(key => key.split(':')[2] ?? 'none'), ...Object.keys(new QueueKeys('p').getKeys('q'))]

describe('the name of a queue', () => {
  it('never makes a key of BullMQ one of Longshore', () => {
    fc.assert(fc.property(fc.oneof(fc.constantFrom(...NAMES_OF_KEYS), fc.stringMatching(PLAIN_NAME)), name => !QUEUE_NAME.test(name) || shared(name).length === 0))
  })

  it('is refused where it would, and only there', () => {
    for (const name of TAKEN_QUEUE_NAMES) expect([QUEUE_NAME.test(name), shared(name)]).toEqual([false, [`{longshore:${name}}:${name}:${ATTEMPT}`]])
    for (const name of ['leases', 'log-1', 'marks', 'events', 'workers', 'wait', 'q']) expect(QUEUE_NAME.test(name)).toBe(true)
    for (const name of ['', '-a', 'a-', 'A', 'a:b', 'a'.repeat(64)]) expect([QUEUE_NAME.test(name), PLAIN_NAME.test(name)]).toEqual([false, false])
  })
})
