import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run, which } from './command.mjs'
import { dockerAnswers, dockerJson, dockerRequest } from './docker-http.mjs'
import { createNetwork, outwardMtu, removeNetwork } from './private-network.mjs'
import { findProcesses, freeze, gone, isAlive, signal } from './processes.mjs'

const READY_MS = 30_000
const STOP_MS = 15_000

/** Whether a private daemon can be had at all: it takes root. */
export function canRunDockerd() {
  return process.platform === 'linux' && process.getuid?.() === 0 && ['dockerd', 'containerd', 'runc'].every(command => which(command) !== null)
}

/** Offers crun where it is installed; runc stays what containers are run with that ask for nothing else. */
function daemonSettings() {
  const path = which('crun')
  return path === null ? {} : { runtimes: { crun: { path } } }
}

/**
 * A Docker daemon of our own, beside any other: own data, own sockets, own bridge, own cgroups, no systemd needed.
 * {@link PrivateDockerd#stop} leaves nothing of it but, with `keepData`, its images.
 */
export class PrivateDockerd {
  /** Sockets go to a short path, since their names may not exceed 107 bytes; it follows from the data root, so that whoever comes later finds them. */
  constructor({ dataRoot, keepData = false, liveRestore = false }) {
    this.dataRoot = resolve(dataRoot)
    this.keepData = keepData
    this.liveRestore = liveRestore
    this.tag = createHash('sha256').update(this.dataRoot).digest('hex').slice(0, 8)
    this.runDir = `/tmp/longshore-docker-${this.tag}`
    this.socketPath = join(this.runDir, 'docker.sock')
    this.host = `unix://${this.socketPath}`
    this.logFile = join(this.runDir, 'dockerd.log')
    this.storageDriver = undefined
  }

  /** The daemons, running or not yet cleaned up, whose data lies under a folder. */
  static under(folder) {
    return subfolders('/tmp').filter(path => path.startsWith('/tmp/longshore-docker-')).flatMap(path => {
      try {
        const dataRoot = readFileSync(join(path, 'data-root'), 'utf8')
        return dataRoot.startsWith(`${resolve(folder)}/`) ? [new PrivateDockerd({ dataRoot })] : []
      } catch {
        return []
      }
    })
  }

  /** The daemon's process, or null when it does not run. */
  get pid() {
    try {
      const pid = Number(readFileSync(join(this.runDir, 'dockerd.pid'), 'utf8'))
      return pid > 0 && isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.runDir) ? pid : null
    } catch {
      return null
    }
  }

  /**
   * Starts the daemon, or goes on with one that a killed predecessor left running. Tries the best set-up first: a bridge
   * and the kernel's overlay file system, then without either.
   */
  async start() {
    if (this.pid !== null) {
      if ((await dockerAnswers(this.socketPath)).ok) return this
    }
    await this.#clear()
    mkdirSync(this.dataRoot, { recursive: true, mode: 0o711 })
    const failures = []
    for (const attempt of [{ bridge: true }, { bridge: true, driver: 'vfs' }, { bridge: false }, { bridge: false, driver: 'vfs' }]) {
      mkdirSync(this.runDir, { recursive: true, mode: 0o700 })
      writeFileSync(this.#file('data-root'), this.dataRoot)
      this.storageDriver = attempt.driver
      const network = attempt.bridge ? await createNetwork() : null
      if (attempt.bridge && network === null) continue
      writeFileSync(this.#file('network.json'), JSON.stringify(network))
      writeFileSync(this.#file('daemon.json'), JSON.stringify(daemonSettings()))
      try {
        await this.#launch()
        return this
      } catch (error) {
        failures.push(error)
        await this.#clear()
      }
    }
    throw failures[0] ?? new Error('no private Docker daemon can be started here')
  }

  /** Starts the daemon's process again after {@link kill} or {@link terminate}, on the same data, sockets and bridge. */
  async relaunch() {
    await this.#launch()
  }

  /** SIGKILL to the daemon alone; its containers go on if it was started with `liveRestore`. */
  async kill() {
    await this.#end('SIGKILL')
  }

  /** SIGTERM to the daemon alone, as a service manager does for a restart. */
  async terminate() {
    await this.#end('SIGTERM')
  }

  /** The daemon stops answering, as if hung, until {@link thaw}. */
  freeze() {
    freeze(this.pid)
  }

  thaw() {
    signal(this.pid, 'SIGCONT')
  }

  /** Stops everything and removes what is left: containers, processes, mounts, bridges, cgroups, sockets, and the data unless it is kept. */
  async stop() {
    if (this.pid !== null && (await dockerAnswers(this.socketPath)).ok) {
      const containers = await dockerJson(this.socketPath, 'GET', '/containers/json?all=1').catch(() => [])
      await Promise.all(containers.map(({ Id }) => dockerRequest(this.socketPath, 'DELETE', `/containers/${Id}?force=1&v=1`).catch(() => {})))
      await dockerRequest(this.socketPath, 'POST', '/networks/prune').catch(() => {})
    }
    if (this.pid !== null) await this.#end('SIGTERM')
    await this.#clear()
    if (!this.keepData) rmSync(this.dataRoot, { recursive: true, force: true })
  }

  #file(name) {
    return join(this.runDir, name)
  }

  get #cgroup() {
    return `longshore-${this.tag}`
  }

  #network() {
    try {
      return JSON.parse(readFileSync(this.#file('network.json'), 'utf8'))
    } catch {
      return null
    }
  }

  async #launch() {
    this.#removeStalePidFiles()
    const network = this.#network()
    const mtu = outwardMtu()
    const log = openSync(this.logFile, 'a')
    const child = spawn(which('dockerd'), [
      '--config-file', this.#file('daemon.json'),
      '--data-root', this.dataRoot,
      '--exec-root', this.#file('exec'),
      '--pidfile', this.#file('dockerd.pid'),
      '--host', this.host,
      '--log-level', 'warn',
      '--exec-opt', 'native.cgroupdriver=cgroupfs',
      '--cgroup-parent', `/${this.#cgroup}`,
      '--iptables=false', '--ip6tables=false',
      ...(network === null ? ['--bridge', 'none'] : ['--bridge', network.bridge, '--default-address-pool', `base=${network.pool},size=24`]),
      ...(mtu === null ? [] : ['--mtu', String(mtu)]),
      ...(this.storageDriver === undefined ? [] : ['--storage-driver', this.storageDriver]),
      ...(this.liveRestore ? ['--live-restore'] : []),
    ], {
      // A session of its own: Ctrl-C reaches the script, which then stops this in order.
      detached: true,
      cwd: '/',
      env: { ...process.env, PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`, DOCKER_RAMDISK: '' },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    child.unref()
    let ended = null
    child.once('exit', (code, name) => (ended = name ?? `exit ${code}`))
    child.once('error', error => (ended = error.message))
    const end = Date.now() + READY_MS
    while (!(await dockerAnswers(this.socketPath, 1_000)).ok) {
      if (ended !== null || Date.now() > end) {
        if (ended === null) signal(child.pid, 'SIGKILL')
        throw new Error(`dockerd ${ended === null ? `was not ready within ${READY_MS} ms` : `ended (${ended})`}; its log ends with:\n${this.#logTail()}`)
      }
      await new Promise(done => setTimeout(done, 20))
    }
  }

  /**
   * After a SIGKILL the process ids stay behind in files. Docker takes a zombie for a living process, and where process 1 is
   * slow to reap orphans it would wait for its dead containerd until it gives up.
   */
  #removeStalePidFiles() {
    for (const name of ['dockerd.pid', 'exec/containerd/containerd.pid']) {
      try {
        if (!isAlive(Number(readFileSync(this.#file(name), 'utf8')))) rmSync(this.#file(name))
      } catch {
        // There is none.
      }
    }
  }

  #logTail() {
    try {
      return readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-8).join('\n')
    } catch {
      return '(no log)'
    }
  }

  async #end(name) {
    const pid = this.pid
    if (pid === null) return
    signal(pid, name)
    signal(pid, 'SIGCONT')
    if (!(await gone([pid], STOP_MS))) {
      signal(pid, 'SIGKILL')
      await gone([pid], STOP_MS)
    }
    // Its containerd ends with it, a moment later.
    const containerd = findProcesses(({ command }) => command.includes(`${this.runDir}/exec/containerd/containerd.toml`)).map(found => found.pid)
    if (!(await gone(containerd, STOP_MS))) for (const orphan of containerd) signal(orphan, 'SIGKILL')
  }

  /** Removes everything a daemon left, whoever started it and however it ended; the data root stays. */
  async #clear() {
    const ours = findProcesses(({ command }) => command.includes(this.runDir)).map(({ pid }) => pid)
    const inContainers = this.#cgroupFolders().flatMap(processesIn)
    const pids = [...new Set([...ours, ...inContainers])]
    for (const pid of pids) {
      signal(pid, 'SIGKILL')
      signal(pid, 'SIGCONT')
    }
    if (!(await gone(pids, STOP_MS))) throw new Error(`processes of the private Docker daemon do not end: ${pids.filter(isAlive).join(', ')}`)
    for (const point of mountsUnder([this.runDir, this.dataRoot])) await run('umount', ['-l', point])
    for (const folder of this.#cgroupFolders()) removeEmptyFolders(folder)
    const network = this.#network()
    if (network !== null) await removeNetwork(network)
    rmSync(this.runDir, { recursive: true, force: true })
  }

  /** Version 1 has a hierarchy for each controller, version 2 only one. */
  #cgroupFolders() {
    const hierarchies = ['/sys/fs/cgroup', ...subfolders('/sys/fs/cgroup')]
    return hierarchies.map(hierarchy => join(hierarchy, this.#cgroup)).filter(isFolder)
  }
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function subfolders(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => join(folder, entry.name))
  } catch {
    return []
  }
}

function processesIn(cgroup) {
  const own = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(line => line !== '').map(Number)
  return [...own, ...subfolders(cgroup).flatMap(processesIn)]
}

function removeEmptyFolders(cgroup) {
  for (const folder of subfolders(cgroup)) removeEmptyFolders(folder)
  try {
    rmdirSync(cgroup)
  } catch {
    // The kernel still counts a process that has just ended; an empty cgroup does no harm.
  }
}

/** Innermost first. */
function mountsUnder(folders) {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map(line => line.split(' ')[4] ?? '')
    .filter(point => folders.some(folder => point === folder || point.startsWith(`${folder}/`))).reverse()
}
