import { existsSync, readFileSync } from 'node:fs'
import { run, which } from './command.mjs'

/**
 * A bridge of its own for a private Docker daemon.
 *
 * Docker's default, `docker0` with iptables rules, is not private: a second daemon takes over the bridge of the first,
 * flushes its DOCKER chains, sets the policy of FORWARD to DROP, and leaves all of that behind when it stops. `--bridge=none`
 * even deletes docker0 under the other. So each private daemon runs with `--iptables=false` on a bridge that is made
 * here, with one masquerade rule for the way out; both are taken away again.
 */
export async function createNetwork() {
  const ip = which('ip')
  if (ip === null) return null
  const { stdout: routes } = await run(ip, ['-4', 'route', 'show', 'table', 'all'])
  for (let index = 0; index < 100; index++) {
    const base = `10.${128 + index}`
    if (routes.includes(` ${base}.`) || routes.includes(`\n${base}.`)) continue
    const network = { bridge: `longshore${index}`, address: `${base}.0.1/24`, range: `${base}.0.0/16`, pool: `${base}.128.0/17` }
    // Creating the link is atomic: whoever creates it owns the index.
    if ((await run(ip, ['link', 'add', network.bridge, 'type', 'bridge'])).code !== 0) {
      if (existsSync(`/sys/class/net/${network.bridge}`)) continue
      return null
    }
    const configured = (await run(ip, ['address', 'add', network.address, 'dev', network.bridge])).code === 0
      && (await run(ip, ['link', 'set', network.bridge, 'up'])).code === 0
    if (!configured) {
      await removeNetwork(network)
      return null
    }
    const iptables = which('iptables')
    // Without the rule containers still reach this host; they only do not reach the world.
    if (iptables !== null) await run(iptables, ['-w', '-t', 'nat', '-A', ...masquerade(network)])
    return network
  }
  return null
}

/** Removes the bridge, its rule, and the bridges of user-defined networks within its range. */
export async function removeNetwork(network) {
  const ip = which('ip')
  const iptables = which('iptables')
  if (iptables !== null) await run(iptables, ['-w', '-t', 'nat', '-D', ...masquerade(network)])
  if (ip === null) return
  const prefix = network.range.split('.').slice(0, 2).join('.')
  const { stdout } = await run(ip, ['-4', '-o', 'address', 'show'])
  const bridges = stdout.split('\n').map(line => line.split(/\s+/)).filter(fields => fields[3]?.startsWith(`${prefix}.`)).map(fields => fields[1])
  for (const bridge of new Set([...bridges, network.bridge])) await run(ip, ['link', 'delete', bridge])
}

const masquerade = network => ['POSTROUTING', '-s', network.range, '!', '-d', network.range, '-j', 'MASQUERADE']

/** The MTU of the way out, which the containers' interfaces must not exceed; null when there is none. */
export function outwardMtu() {
  try {
    const route = readFileSync('/proc/net/route', 'utf8').split('\n').map(line => line.split('\t')).find(fields => fields[1] === '00000000')
    return route === undefined ? null : Number(readFileSync(`/sys/class/net/${route[0]}/mtu`, 'utf8'))
  } catch {
    return null
  }
}
