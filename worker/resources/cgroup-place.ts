/** Where the kernel keeps the counters of one container. Version 1 has a hierarchy of its own for each controller. */
export type CgroupPlace =
  | { readonly version: 1; readonly cpuacct: string | null; readonly memory: string | null; readonly blkio: string | null }
  | { readonly version: 2; readonly path: string }

/**
 * Finds it from /proc/<pid>/cgroup and /proc/self/mountinfo. Null when it is not that of the container: its pid was one of
 * another pid namespace, or of a process that has come since.
 */
export function cgroupPlace(procCgroup: string, mountinfo: string, containerId: string): CgroupPlace | null {
  const mounts = cgroupMounts(mountinfo)
  const paths = new Map<string, string>()
  for (const line of procCgroup.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined || !path.includes(containerId)) continue
    for (const controller of controllers.split(',')) paths.set(controller, path)
  }
  const at = (controller: string): string | null => {
    const path = paths.get(controller)
    const mount = mounts.get(controller)
    return path === undefined || mount === undefined ? null : placeOf(path, mount)
  }
  // Both may be mounted; then the controllers are in version 1 and the other one is empty.
  const [cpuacct, memory, blkio] = [at('cpuacct'), at('memory'), at('blkio')]
  if (cpuacct !== null || memory !== null) return { version: 1, cpuacct, memory, blkio }
  const path = at('')
  return path === null ? null : { version: 2, path }
}

/** The place of another container of the same Docker. */
export function placeBeside({ containerId, place }: { readonly containerId: string; readonly place: CgroupPlace }, other: string): CgroupPlace {
  const move = (path: string | null): string | null => path?.replace(containerId, other) ?? null
  return place.version === 2
    ? { version: 2, path: move(place.path) ?? '' }
    : { version: 1, cpuacct: move(place.cpuacct), memory: move(place.memory), blkio: move(place.blkio) }
}

interface Mount {
  /** The cgroup that the mount point shows. */
  readonly root: string
  readonly point: string
}

/** By controller; version 2 has the empty name. */
function cgroupMounts(mountinfo: string): Map<string, Mount> {
  const mounts = new Map<string, Mount>()
  for (const line of mountinfo.split('\n')) {
    const [mount = '', rest = ''] = line.split(' - ')
    const [, , , root = '', point = ''] = mount.split(' ')
    const [type, , options = ''] = rest.split(' ')
    if (type === 'cgroup2') mounts.set('', { root, point })
    else if (type === 'cgroup') for (const option of options.split(',')) mounts.set(option, { root, point })
  }
  return mounts
}

function placeOf(path: string, { root, point }: Mount): string | null {
  if (root === '/') return `${point}${path}`
  return path === root || path.startsWith(`${root}/`) ? `${point}${path.slice(root.length)}` : null
}
