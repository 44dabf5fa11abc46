import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { run, which } from './command.mjs'
import { Refusal, say } from './say.mjs'

/**
 * What the demo and the tests need from the operating system. Each entry of `packages` lists the names that a package has
 * had in Debian and Ubuntu, best first. MariaDB's core packages bring the server without a service, a data directory or
 * a system user.
 */
export const NEEDS = {
  redis: { commands: ['redis-server'], packages: [['redis-server']], why: 'the broker' },
  docker: { commands: ['dockerd', 'containerd', 'runc', 'iptables', 'ip'], packages: [['docker.io'], ['iptables'], ['iproute2']], why: 'runs the tasks' },
  client: { commands: ['docker'], packages: [['docker-cli', 'docker.io']], why: 'the command by which Terraform makes nodes' },
  busybox: { commands: ['busybox'], packages: [['busybox-static', 'busybox']], why: 'the base of the images that the demo and the tests run' },
  mariadb: {
    commands: ['mariadbd', 'mariadb-install-db', 'my_print_defaults'],
    packages: [['mariadb-server-core', 'mariadb-server'], ['mariadb-client-core', 'mariadb-client']],
    why: 'the database that the tests run against',
  },
  chromium: { commands: ['chromium'], packages: [['chromium', 'chromium-browser'], ['fonts-inter', 'fonts-liberation']], why: 'the browser that the tests of the pages use' },
  packing: { commands: ['dpkg-deb', 'zstd'], packages: [['dpkg'], ['zstd']], why: 'makes the package' },
  systemd: { commands: ['systemd-analyze'], packages: [['systemd']], why: 'systemd-analyze, which checks the units' },
  debootstrap: { commands: ['debootstrap'], packages: [['debootstrap']], why: 'makes the system of which nodes are made that are containers' },
  prometheus: { commands: ['promtool'], packages: [['prometheus']], why: 'promtool, which checks the metrics' },
  monitoring: { commands: ['prometheus', 'prometheus-pushgateway'], packages: [['prometheus'], ['prometheus-pushgateway']], why: 'scrape the processes and alert, and take what tasks push' },
  operating: { commands: ['mariadb-dump', 'redis-cli', 'curl'], packages: [['mariadb-client'], ['redis-tools'], ['curl']], why: 'what the runbooks and the way to back up tell people to type' },
  registry: { commands: ['docker-registry'], packages: [['docker-registry']], why: 'the registry that the tests pull images from' },
}

const POLICY = '/usr/sbin/policy-rc.d'

/** The needs whose commands are not all here. */
export function missingNeeds(needs) {
  return needs.filter(need => NEEDS[need].commands.some(command => which(command) === null))
}

/**
 * Installs what is missing with apt, as root or through sudo that asks no password; says what and why first. Anything
 * else is refused with the exact command to type.
 */
export async function ensurePackages(needs) {
  const missing = missingNeeds(needs)
  if (missing.length === 0) return
  const prefix = await rootPrefix()
  const byHand = `Install it with:\n  sudo apt-get install --no-install-recommends ${missing.flatMap(need => NEEDS[need].packages.map(names => names[0])).join(' ')}\n`
    + 'or, on another system, whatever brings these commands: '
    + missing.flatMap(need => NEEDS[need].commands.filter(command => which(command) === null)).join(', ')
  const what = missing.map(need => `  ${NEEDS[need].packages.map(names => names[0]).join(', ').padEnd(42)} ${NEEDS[need].why}`).join('\n')
  if (which('apt-get') === null) throw new Refusal(`These are missing, and this system has no apt to install them with:\n${what}\n${byHand}`)
  if (prefix === null) throw new Refusal(`These are missing, and installing them takes root or a sudo that asks no password:\n${what}\n${byHand}`)

  say(`Installing from this system's packages (their services are not started):\n${what}`)
  await withoutServices(prefix, () => install(prefix, missing))
  const still = missingNeeds(missing)
  if (still.length > 0) throw new Refusal(`apt-get reported success, but these are still missing: ${still.join(', ')}\n${byHand}`, 1)
}

/** How to run a command as root: nothing, sudo, or null when there is no way. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return []
  if (which('sudo') === null) return null
  const { code } = await run('sudo', ['-n', 'true'])
  return code === 0 ? ['sudo', '-n'] : null
}

/** Package lists that are missing or too old for the mirror are fetched, but only then: it is the slowest part. */
async function install(prefix, missing) {
  let packages = await candidates(missing)
  if (packages !== null && (await aptInstall(prefix, packages)).code === 0) return
  say('Fetching the lists of packages …')
  await asRoot(prefix, ['apt-get', 'update', '-qq', '-o', 'Acquire::Retries=2'])
  packages = await candidates(missing)
  if (packages === null) throw new Refusal(`This system's package sources have none of: ${missing.flatMap(need => NEEDS[need].packages.flat()).join(', ')}`)
  const { code, stdout, stderr } = await aptInstall(prefix, packages)
  if (code !== 0) throw new Refusal(`apt-get install ${packages.join(' ')} failed:\n${`${stdout}${stderr}`.trim().split('\n').slice(-30).join('\n')}`, 1)
}

/** For each package the first name that the lists know; null when one is unknown. */
async function candidates(needs) {
  const chosen = []
  for (const names of needs.flatMap(need => NEEDS[need].packages)) {
    let found = null
    for (const name of names) {
      const { stdout } = await run('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } })
      if (/^\s*Candidate: (?!\(none\))/m.test(stdout)) {
        found = name
        break
      }
    }
    if (found === null) return null
    chosen.push(found)
  }
  return chosen
}

function aptInstall(prefix, packages) {
  return asRoot(prefix, ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600',
    '-o', 'Dpkg::Use-Pty=0', ...packages])
}

function asRoot(prefix, command) {
  const [head, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_MODE=l', 'LC_ALL=C', ...command]
  return run(head, rest)
}

/**
 * Debian starts a service as soon as its package is installed, unless policy-rc.d says no. The servers here are wanted
 * as private instances only, so that file says no for as long as the installation takes. One that exists is left alone.
 */
async function withoutServices(prefix, body) {
  if (existsSync(POLICY)) return body()
  const remove = async () => {
    if (prefix.length === 0) rmSync(POLICY, { force: true })
    else await run(prefix[0], [...prefix.slice(1), 'rm', '-f', POLICY])
  }
  const interrupted = signal => void remove().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    if (prefix.length === 0) {
      writeFileSync(POLICY, '#!/bin/sh\nexit 101\n')
      chmodSync(POLICY, 0o755)
    } else {
      await run(prefix[0], [...prefix.slice(1), 'sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`])
    }
    return await body()
  } finally {
    await remove()
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}
