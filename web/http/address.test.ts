import { expect, it } from 'vitest'
import { placeOf } from './address.js'

it('a host that has a whole network of addresses is one place', () => {
  for (const address of ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:1:2:3', '2001:0db8:0001:0002::', '2001:db8:1:2:0:0:192.0.2.1']) expect(placeOf(address), address).toBe('2001:db8:1:2::/64')
  expect(placeOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
  for (const address of ['::1', '::', '0:0:0:0:0:0:0:1']) expect(placeOf(address)).toBe('0:0:0:0::/64')
  expect(placeOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(placeOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  expect(placeOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
  expect(placeOf('192.0.2.7')).toBe('192.0.2.7')
})
