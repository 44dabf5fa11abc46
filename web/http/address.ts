import { isIPv6 } from 'node:net'

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
/** Groups of an address that its network gives; the rest its host chooses as often as it likes. */
const NETWORK_GROUPS = 4

/** What counts as one place that requests come from: an address, and with IPv6 a network of the size that one subscriber gets. */
export function placeOf(address: string): string {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').toLowerCase().split('::')
  const [before, after] = [head, tail ?? ''].map(part => (part === '' ? [] : part.split(':')))
  const groups = [...before ?? [], ...Array.from({ length: tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0'), ...after ?? []]
  return `${groups.slice(0, NETWORK_GROUPS).map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
