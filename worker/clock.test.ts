import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { unlessAborted } from './clock.js'

describe('a wait that signals may cut', () => {
  it('has its own end, or the reason of the first signal that is aborted, also when it was before', async () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const never = new Promise<string>(() => {})
    expect(await unlessAborted(Promise.resolve('value'), [one.signal, other.signal])).toBe('value')
    await expect(unlessAborted(Promise.reject(new Error('its own')), [one.signal])).rejects.toThrow('its own')
    const cut = unlessAborted(never, [one.signal, other.signal])
    other.abort(new Error('other'))
    await expect(cut).rejects.toThrow('other')
    await expect(unlessAborted(never, [one.signal, other.signal])).rejects.toThrow('other')
  })

  it('leaves nothing on signals that live as long as the process', async () => {
    const { signal } = new AbortController()
    for (let time = 0; time < 5; time += 1) await unlessAborted(Promise.resolve(), [signal])
    await unlessAborted(Promise.reject(new Error('its own')), [signal]).catch(() => {})
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
