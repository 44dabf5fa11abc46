import { createHash } from 'node:crypto'
import { chmodSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun, run } from './command.mjs'
import { dockerJson, dockerRequest } from './docker-http.mjs'
import { withLock } from './lock.mjs'
import { say, seconds } from './say.mjs'

/** A Debian 12 with systemd as process 1 and the servers that a node may need; all of them are off until somebody starts them. */
export const SYSTEM_IMAGE = 'longshore-test/debian-systemd:12'
const SUITE = 'bookworm'
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'libnss-systemd', 'ca-certificates', 'iproute2', 'iptables', 'docker.io', 'busybox-static', 'mariadb-server', 'redis-server']
const SERVERS = ['docker.service', 'docker.socket', 'containerd.service', 'mariadb.service', 'redis-server.service']
const LABEL = 'org.longshore.node.recipe'
const RECIPE = createHash('sha256').update(JSON.stringify([3, SUITE, PACKAGES, SERVERS])).digest('hex').slice(0, 16)

/** debootstrap takes minutes: what it made is kept for all checkouts of this user. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'longshore')
const SYSTEM_TAR = join(CACHE, `node-${RECIPE}.tar`)

/** The controllers of cgroups may be shared between a node and its host; what a node's Docker leaves at the top is empty. */
const LEFT_CGROUPS = ['docker', 'longshore-tasks.slice']

/** Makes the image on this Docker unless it has it. Needs root and debootstrap. */
export async function ensureSystemImage(socketPath) {
  const { status, text } = await dockerRequest(socketPath, 'GET', `/images/${SYSTEM_IMAGE}/json`)
  if (status === 200 && JSON.parse(text).Config?.Labels?.[LABEL] === RECIPE) return
  await ensureSystemTar()
  const [repo, tag] = SYSTEM_IMAGE.split(':')
  const query = new URLSearchParams({ fromSrc: '-', repo, tag, changes: `LABEL ${LABEL}=${RECIPE}` })
  const answer = await dockerRequest(socketPath, 'POST', `/images/create?${query}`, { stream: createReadStream(SYSTEM_TAR), timeoutMs: 300_000 })
  if (answer.status !== 200 || answer.text.includes('"error"')) throw new Error(`Docker did not take the image ${SYSTEM_IMAGE}: ${answer.text.trim()}`)
}

function ensureSystemTar() {
  return withLock(`${SYSTEM_TAR}.lock`, async () => {
    if (existsSync(SYSTEM_TAR)) return
    mkdirSync(CACHE, { recursive: true })
    for (const name of readdirSync(CACHE).filter(name => /^node-.*\.tar$/.test(name))) rmSync(join(CACHE, name))
    const started = Date.now()
    say('Making a Debian with systemd for nodes that are containers; this takes minutes, once …')
    const root = mkdtempSync(join(tmpdir(), 'longshore-node-'))
    // It becomes the node's /, which other users than root must be able to enter: some packages work as theirs while they are installed.
    chmodSync(root, 0o755)
    try {
      await mustRun('debootstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, root, await mirror()])
      for (const server of SERVERS) await mustRun('systemctl', [`--root=${root}`, 'disable', server])
      await mustRun('sh', ['-c', 'rm -rf "$0"/var/cache/apt/archives/*.deb "$0"/var/lib/apt/lists/* && : > "$0"/etc/machine-id', root])
      await mustRun('tar', ['-C', root, '--numeric-owner', '-cf', `${SYSTEM_TAR}.new`, '.'])
      renameSync(`${SYSTEM_TAR}.new`, SYSTEM_TAR)
    } finally {
      rmSync(root, { recursive: true, force: true })
      rmSync(`${SYSTEM_TAR}.new`, { force: true })
    }
    say(`Made in ${seconds(Date.now() - started)}.`)
  })
}

/** Where this machine gets its own packages. */
async function mirror() {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(CODENAME) $(REPO_URI)', 'Created-By: Packages', 'Component: main'])
  return stdout.split('\n').map(line => line.split(' ')).find(([codename, uri]) => codename === SUITE && /^https?:/.test(uri))?.[1] ?? 'http://deb.debian.org/debian'
}

/**
 * Boots a node: systemd as process 1, able to run a Docker of its own. Not `--privileged`, which fails where this process itself has
 * not every capability. `dataDir` holds the node's /var/lib/docker, since overlays do not lie on overlays.
 */
export async function bootNode(socketPath, { name, dataDir, binds = [], network = 'bridge', labels = {} }) {
  mkdirSync(dataDir, { recursive: true })
  const { Id } = await dockerJson(socketPath, 'POST', `/containers/create?name=${name}`, { json: {
    Image: SYSTEM_IMAGE, Hostname: name, Labels: labels, Env: ['container=docker'], StopSignal: 'SIGRTMIN+3',
    // Credentials of services are mounts, which systemd wants to be shared below it.
    Cmd: ['/bin/sh', '-c', 'mount --make-rshared / && exec /lib/systemd/systemd'],
    HostConfig: {
      Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw', `${dataDir}:/var/lib/docker`, ...binds],
      Tmpfs: { '/run': 'exec', '/run/lock': '', '/tmp': 'exec' }, CgroupnsMode: 'host', NetworkMode: network,
      CapAdd: ['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE'], DeviceCgroupRules: ['a *:* rwm'],
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'], MaskedPaths: [], ReadonlyPaths: [],
    },
  } })
  await dockerJson(socketPath, 'POST', `/containers/${Id}/start`)
  const booted = await inNode(socketPath, name, 'for i in $(seq 600); do systemctl is-system-running --wait 2>/dev/null && exit 0; [ "$(systemctl is-system-running)" = degraded ] && break; sleep 0.1; done; systemctl --failed --no-pager; exit 1', { timeoutMs: 120_000 })
  if (booted.code !== 0) throw new Error(`the node ${name} did not boot:\n${booted.output}`)
  return { id: Id, run: (script, options) => inNode(socketPath, name, script, options), remove: () => removeNode(socketPath, name, dataDir) }
}

/** Runs a shell script in a node to its end; its two outputs come as one. */
export async function inNode(socketPath, name, script, { timeoutMs = 60_000 } = {}) {
  const { Id } = await dockerJson(socketPath, 'POST', `/containers/${name}/exec`, { json: { AttachStdout: true, AttachStderr: true, Tty: true, Cmd: ['/bin/sh', '-c', script], Env: ['TERM=dumb', 'SYSTEMD_PAGER=', 'SYSTEMD_COLORS=0', 'NO_COLOR=1', 'COLUMNS=400'] } })
  const { text } = await dockerRequest(socketPath, 'POST', `/exec/${Id}/start`, { json: { Detach: false, Tty: true }, timeoutMs })
  const { ExitCode: code } = await dockerJson(socketPath, 'GET', `/exec/${Id}/json`)
  return { code, output: text.replaceAll('\r\n', '\n').trimEnd() }
}

/** With its Docker's data, and with what that leaves in the cgroups of the host. */
export async function removeNode(socketPath, name, dataDir) {
  await dockerRequest(socketPath, 'DELETE', `/containers/${name}?force=1&v=1`, { timeoutMs: 60_000 })
  rmSync(dataDir, { recursive: true, force: true })
  for (const controller of readdirSync('/sys/fs/cgroup')) {
    for (const left of LEFT_CGROUPS) {
      try {
        rmdirSync(join('/sys/fs/cgroup', controller, left))
      } catch {
        // It is not there, or somebody else's Docker uses it.
      }
    }
  }
}
