import { DockerApi, reasonOf, type DockerInfo } from '../../worker/executors/docker/docker-api.js'
import { mayHaveRuntime } from '../../worker/health/missing-runtime.js'
import { diskRoom } from '../../worker/health/measures.js'
import { fail, ok, warn, withLimit, type Check, type Finding } from './check.js'
import { judgeRoom } from './room.js'

const PATIENCE_MS = 5_000

interface FullInfo extends DockerInfo {
  readonly ServerVersion?: string
  readonly Driver?: string
  readonly LiveRestoreEnabled?: boolean
  readonly CgroupVersion?: string
}

export const checkDocker: Check = async ({ config: { dockerHost, minFreeDisk, containerRuntime }, role }) => {
  if (role === 'scheduler') return []
  const docker = new DockerApi(dockerHost)
  let info: FullInfo
  try {
    info = await withLimit(PATIENCE_MS, docker.calls.info() as Promise<FullInfo>)
  } catch (error) {
    const permission = (error as NodeJS.ErrnoException).code === 'EACCES'
    const advice = permission ? 'Let this user reach the socket: add it to the group `docker` and log in again.'
      : 'Start Docker, or set dockerHost to its socket. Without it only tasks of kind process run here, on a worker started with --allow-process.'
    return [(role === 'worker' ? fail : warn)('docker', `${docker.label} does not answer: ${reasonOf(error)}`, advice)]
  }
  const { DockerRootDir: root } = info
  const room = root === undefined || !docker.isLocal ? null : await diskRoom(root)
  return [
    ok('docker', `${docker.label}, ${info.ServerVersion ?? '?'}, cgroup v${info.CgroupVersion ?? '?'}, storage ${info.Driver ?? '?'}`),
    info.LiveRestoreEnabled === true ? ok('docker live-restore', 'on')
      : warn('docker live-restore', 'off: restarting or upgrading dockerd kills every running task', 'Set `"live-restore": true` in /etc/docker/daemon.json and reload dockerd.'),
    ...(root === undefined || room === null ? [] : [judgeRoom('docker disk', root, room, 'minFreeDisk', minFreeDisk)]),
    ...judgeRuntime(containerRuntime, info),
    ...(info.Driver === 'vfs' ? [warn('docker storage', 'vfs copies a whole image for each container', 'Use overlay2.')] : []),
  ]
}

function judgeRuntime(wanted: string, info: Pick<DockerInfo, 'Runtimes'>): Finding[] {
  if (wanted === '') return []
  return [mayHaveRuntime(info, wanted) ? ok('container runtime', wanted)
    : fail('container runtime', `Docker knows no '${wanted}'; it has ${Object.keys(info.Runtimes ?? {}).sort().join(', ')}`, 'Name it under `runtimes` in /etc/docker/daemon.json and reload dockerd, or change containerRuntime.')]
}
