import { expect, it } from 'vitest'
import { HostKills } from './host-kills.js'

it('the kernel has killed before an end when its count rose around then, and not long before or after', () => {
  let [at, count] = [0, 7]
  const kills = new HostKills(() => at, () => `nr_free_pages 1\noom_kill ${count}\noom_kills_other 3\n`)
  kills.look()
  expect(kills.hasKilledBefore(at), 'what it counted before anybody looked').toBe(false)
  at = 10_000
  kills.look()
  count += 1
  at = 10_500
  expect(kills.hasKilledBefore(10_300)).toBe(true)
  expect(kills.hasKilledBefore(11_400)).toBe(true)
  expect(kills.hasKilledBefore(11_600)).toBe(false)
  expect(kills.hasKilledBefore(9_900)).toBe(false)
})

it('nobody knows where the kernel does not count', () => {
  const kills = new HostKills(() => 1, () => null)
  kills.look()
  expect(kills.hasKilledBefore(1)).toBe(false)
})
