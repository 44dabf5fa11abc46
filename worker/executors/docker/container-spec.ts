import { dirname, posix } from 'node:path'
import type Docker from 'dockerode'
import type { AttemptId } from '../../../shared/protocol/attempt-id.js'
import type { Task } from '../executor.js'
import { RESULT_FILE } from '../result-file.js'

/** Labels by which a worker finds its containers again. Versions one apart must be able to read them. */
export const Label = {
  attempt: 'longshore.attempt',
  worker: 'longshore.worker',
  queue: 'longshore.queue',
  dag: 'longshore.dag',
  task: 'longshore.task',
  version: 'longshore.v',
  /** Directory of the worker on its host: `longshore workers reap` looks whether it is still there. */
  state: 'longshore.state',
  /** On containers that prove that containers run here; they carry no attempt. */
  canary: 'longshore.canary',
} as const

/** Where the attempt's own directory appears in its container. */
const RESULT_DIRECTORY = '/longshore'

const HOSTS = '/etc/hosts'
/** Where a task's own mount takes its place. */
const COVER_HOSTS = new Set(['/etc', HOSTS])

/**
 * What root in a container may do. Docker's own set without NET_RAW (forges packets on the bridge), MKNOD (devices), SETFCAP
 * and SETPCAP (capabilities for files and others), AUDIT_WRITE and SYS_CHROOT. These eight are what package managers, `gosu`
 * and entrypoints need that prepare a directory as root and then change to a user.
 */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'] as const

export interface ContainerContext {
  /** UUID of the worker. */
  readonly worker: string
  readonly pushgatewayUrl: string
  /** Network of tasks that name none; empty means Docker's. */
  readonly network: string
  /** Processes and threads that one container may have. */
  readonly pidsLimit: number
  /** Cgroup under which its own is made; empty means Docker's. */
  readonly cgroupParent: string
  /** Directory on the host for the result; bound only when the task has one. */
  readonly resultDirectory: string
  /** OCI runtime, by Docker's name for it; empty: Docker's default. */
  readonly runtime: string
  /** File on the host that containers without a network have as /etc/hosts; empty: Docker makes one for each, and a network that leads nowhere. */
  readonly hostsFile: string
  /** Profile of system calls as JSON; empty: Docker's own. */
  readonly systemCalls: string
}

/** With the worker, because two installations that share a Docker both have an attempt 1.1. */
export const containerName = (worker: string, attempt: AttemptId): string => `longshore-${worker.slice(0, 8)}-${attempt}`

/** What to ask of Docker for one attempt. */
export function containerSpec({ payload, attempt, directory, secrets }: Task, context: ContainerContext): Docker.ContainerCreateOptions {
  const env: Record<string, string> = { ...(context.pushgatewayUrl !== '' && { PUSHGATEWAY_URL: context.pushgatewayUrl }), ...payload.env, ...secrets }
  if (payload.result) env['LONGSHORE_RESULT'] = `${RESULT_DIRECTORY}/${RESULT_FILE}`
  const HostConfig = hostConfig(payload, context)
  return {
    name: containerName(context.worker, attempt),
    Image: withTag(payload.image ?? ''),
    ...(payload.entrypoint !== null && { Entrypoint: [...payload.entrypoint] }),
    ...(payload.command !== null && { Cmd: [...payload.command] }),
    ...(payload.user !== null && { User: payload.user }),
    ...(payload.workdir !== null && { WorkingDir: payload.workdir }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: {
      ...payload.labels,
      [Label.attempt]: attempt, [Label.worker]: context.worker, [Label.queue]: payload.queue,
      [Label.dag]: payload.dag, [Label.task]: payload.task, [Label.version]: '1',
      // Each attempt has its directory two levels below.
      [Label.state]: dirname(dirname(directory)),
    },
    Tty: false, OpenStdin: false, AttachStdin: false, AttachStdout: false, AttachStderr: false,
    StopTimeout: Math.ceil(payload.stopGrace / 1000),
    // The kernel's own empty network is as closed as the one Docker calls `none`, for half of the CPU: Docker runs itself once more for each of its own.
    ...(HostConfig.NetworkMode === 'none' && context.hostsFile !== '' && { NetworkDisabled: true }),
    HostConfig,
  }
}

function hostConfig(payload: Task['payload'], { resultDirectory, hostsFile, systemCalls, pidsLimit, cgroupParent, runtime, network: ownNetwork }: ContainerContext): Docker.HostConfig {
  const mounts: Docker.MountSettings[] = payload.mounts.map(({ source, target, readOnly }) => ({
    // A path is a bind, a plain name is a volume. Unlike `Binds`, this refuses a source that does not exist instead of making it.
    Type: source.startsWith('/') ? 'bind' : 'volume', Source: source, Target: target, ReadOnly: readOnly,
  }))
  if (payload.result) mounts.push({ Type: 'bind', Source: resultDirectory, Target: RESULT_DIRECTORY })
  const network = payload.network ?? ownNetwork
  const added = payload.capAdd ?? []
  if (network === 'none' && hostsFile !== '' && !mounts.some(({ Target }) => COVER_HOSTS.has(posix.join(Target, '.')))) mounts.push({ Type: 'bind', Source: hostsFile, Target: HOSTS, ReadOnly: true })
  return {
    // Without an init, `sh` as PID 1 ignores SIGTERM and every stop takes the whole grace.
    Init: true,
    ...(runtime !== '' && { Runtime: runtime }),
    // A container that removes itself takes its exit code with it; one that restarts itself runs twice.
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    // Rotation loses lines for followers on Docker before 23: a file that never fills overrides a daemon default.
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1t', 'max-file': '1' } },
    // Docker's own profile allows what more capabilities are for.
    SecurityOpt: securityOptions(added.length === 0 ? systemCalls : ''),
    CapDrop: ['ALL'],
    CapAdd: [...new Set<string>([...CAPABILITIES, ...added])],
    // Against fork bombs.
    PidsLimit: pidsLimit,
    ...(cgroupParent !== '' && { CgroupParent: cgroupParent }),
    // A core dump of a big process fills the host's disk, and nobody finds it in a container that is removed.
    Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
    Mounts: mounts,
    // Hardly a program does without /tmp. What it puts there counts as its memory.
    ...(payload.readOnly === true && { ReadonlyRootfs: true, ...(!mounts.some(({ Target }) => Target === '/tmp') && { Tmpfs: { '/tmp': 'mode=1777' } }) }),
    ...(network !== '' && { NetworkMode: network }),
    // Equal limits mean no swap: a task that may take 512 MB does not slow its neighbours with 512 MB more of paging.
    ...(payload.memory !== null && { Memory: payload.memory, MemorySwap: payload.memory }),
    ...(payload.cpus !== null && { NanoCpus: Math.round(payload.cpus * 1e9) }),
    ...(payload.shm !== null && { ShmSize: payload.shm }),
    ...(payload.gpus !== null && {
      DeviceRequests: [{ Driver: '', Count: payload.gpus === 'all' ? -1 : payload.gpus, Capabilities: [['gpu']] }],
    }),
  }
}

/** With a profile of system calls as JSON; empty: Docker's own. */
export const securityOptions = (systemCalls: string): string[] => ['no-new-privileges', ...(systemCalls !== '' ? [`seccomp=${systemCalls}`] : [])]

/** The image with `:latest` when it names neither tag nor digest: pulling a bare name would fetch every tag. */
export function withTag(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1)
  return last.includes(':') || image.includes('@') ? image : `${image}:latest`
}
