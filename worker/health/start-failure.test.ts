import { expect, it } from 'vitest'
import { FinishReason } from '../../shared/states/attempt.js'
import { ExecutionFailure } from '../executors/executor.js'
import { hostsFault, isRefusal } from './start-failure.js'

const refused = (statusCode: number, message: string): Error => Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message}`), { statusCode, json: { message } })
const failure = (reason: FinishReason, cause: Error): ExecutionFailure => new ExecutionFailure(reason, cause.message, { cause })
const start = (statusCode: number, message: string): ExecutionFailure => failure(FinishReason.startFailed, refused(statusCode, message))

it.each([
  [500, 'failed to create shim: no such file or directory: unknown'],
  [500, 'devicemapper: Error running deviceCreate'],
  [400, 'OCI runtime create failed: container_linux.go:380: starting container process caused: process_linux.go: cgroup: cannot allocate memory: unknown'],
  [500, 'error creating overlay mount to /var/lib/docker/overlay2: no space left on device'],
  [500, 'OCI runtime create failed: error mounting "/mnt/data" to rootfs at "/data": stat /mnt/data: stale NFS file handle: unknown'],
  [400, 'exec: "docker-init": executable file not found in $PATH'],
  [500, 'failed to start shim: fork/exec: resource temporarily unavailable'],
  [400, 'Unknown runtime specified crun'],
  [400, 'unknown or invalid runtime name: crun'],
  [400, 'failed to create shim task: OCI runtime create failed: creating cgroup directory `/sys/fs/cgroup/perf_event/docker/4c53`: No such file or directory: unknown'],
])('%i %s is the host\'s fault', (status, message) => {
  expect(hostsFault(start(status, message))).toContain(message)
  expect(isRefusal(start(status, message))).toBe(true)
})

it.each([
  [400, 'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "nope": executable file not found in $PATH: unknown'],
  [500, 'unable to find user nobody-knows-them: no matching entries in passwd file'],
  [400, 'invalid mount config for type "bind": bind source path does not exist: /nowhere'],
  [404, 'network tasks not found'],
  [409, 'Conflict. The container name "/x" is already in use'],
  [400, 'Minimum memory limit allowed is 6MB'],
  [500, 'OCI runtime create failed: runc create failed: error during container init: error mounting "/tmp" to rootfs at "/proc/x": "/var/lib/docker/overlay2/97/merged/proc/x" cannot be mounted because it is inside /proc: unknown'],
  [400, 'OCI runtime create failed: error mounting "/tmp" to rootfs at "/etc/passwd/x": open /var/lib/docker/overlay2/f3/merged/etc/passwd/x: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?'],
  [500, 'OCI runtime create failed: error mounting "/tmp" to rootfs at "/sys/kernel/zz": mkdir /var/lib/docker/overlay2/69/merged/sys/kernel/zz: read-only file system: unknown'],
  [500, 'Cannot mkdir: /bin/busybox is not a directory'],
  [400, 'OCI runtime create failed: mount `/tmp` to `bin/busybox`: Not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?'],
  [400, 'OCI runtime create failed: open `/var/lib/docker/overlay2/be/merged/proc/x`: No such file or directory: unknown'],
  [400, 'OCI runtime create failed: open `/var/lib/docker/overlay2/3e/merged/bin/busybox/x`: Not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?'],
  [500, 'OCI runtime create failed: mkdir `/sys/kernel/zz`: Operation not permitted: unknown'],
  [400, 'OCI runtime create failed: mkdir `/proc/x`: No such file or directory: unknown'],
  [500, 'OCI runtime create failed: chdir `/data`: Permission denied: unknown'],
  [500, 'lstat /var/lib/docker/overlay2/bb/merged/bin/busybox/x: not a directory'],
  [500, 'uids and gids must be in range 0-2147483647'],
  [500, 'could not select device driver "" with capabilities: [[gpu]]'],
])('%i %s is the task\'s', (status, message) => {
  expect(hostsFault(start(status, message))).toBeNull()
})

it('images and registries never count, unless the disk is full', () => {
  for (const reason of [FinishReason.imageMissing, FinishReason.pullDenied, FinishReason.pullFailed]) expect(hostsFault(failure(reason, refused(500, 'manifest unknown')))).toBeNull()
  expect(hostsFault(failure(FinishReason.pullFailed, refused(500, 'failed to register layer: write /x: no space left on device')))).toContain('no space left')
})

it('what somebody took away is not the host\'s fault, and an answer that never came is no refusal', () => {
  expect(hostsFault(new ExecutionFailure(FinishReason.infrastructure, 'its container was removed before it started'))).toBeNull()
  const silent = failure(FinishReason.infrastructure, Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
  expect(hostsFault(silent)).toContain('socket hang up')
  expect(isRefusal(silent)).toBe(false)
})
