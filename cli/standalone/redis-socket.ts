import { createHash } from 'node:crypto'
import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { LongshoreError } from '../../shared/errors.js'

/** unix(7): sun_path holds 108 bytes and the last one is zero. */
const LONGEST_SOCKET_PATH = 107

/**
 * Where the private Redis of a state directory listens: in its directory, or, when that path is too long for a socket, in a
 * directory of our own among the temporary ones. The same state directory always gives the same path.
 */
export function redisSocketPath(directory: string): string {
  const name = `longshore-${userInfo().uid}-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`
  const places = [directory, join(tmpdir(), name), join('/tmp', name)]
  return places.map(place => join(place, 'redis.sock')).find(path => Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) as string
}

/** Makes the directory of the socket. Among the temporary ones anybody may have made one of that name before us. */
export function makeSocketDirectory(socket: string, directory: string): void {
  const parent = dirname(socket)
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  if (parent === directory) return
  const { uid, mode } = statSync(parent)
  if (uid !== userInfo().uid || (mode & 0o077) !== 0) {
    throw new LongshoreError('LS_CONFIG', `${parent} belongs to somebody else or is open to others`, { hint: 'Remove it, or choose a stateDir with a shorter path.' })
  }
}

/** Removes what {@link makeSocketDirectory} has made outside the state directory, unless the socket is still there. */
export function removeSocketDirectory(socket: string, directory: string): void {
  const parent = dirname(socket)
  if (parent === directory) return
  try {
    rmdirSync(parent)
  } catch {
    // Somebody has put something there, or has removed it before us.
  }
}

export type SocketAnswer = 'ready' | 'loading' | 'nobody'

/** Whether a Redis answers there. */
export function pingSocket(path: string): Promise<SocketAnswer> {
  return new Promise(resolve => {
    const socket = connect(path)
    const finish = (answer: SocketAnswer): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(2_000, () => finish('loading'))
    socket.on('error', () => finish('nobody'))
    socket.on('end', () => finish('nobody'))
    socket.on('connect', () => socket.write('PING\r\n'))
    socket.on('data', data => finish(data.toString('latin1').startsWith('+PONG') ? 'ready' : 'loading'))
  })
}
