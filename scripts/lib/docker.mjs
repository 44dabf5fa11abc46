import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { dockerAnswers } from './docker-http.mjs'
import { canRunDockerd, PrivateDockerd } from './private-dockerd.mjs'

/** Where this user's Docker would be, and whether it answers. Only Unix sockets: tasks mount folders of this machine. */
export async function defaultDocker() {
  const { DOCKER_HOST, XDG_RUNTIME_DIR } = process.env
  if (DOCKER_HOST !== undefined && DOCKER_HOST !== '') {
    if (!DOCKER_HOST.startsWith('unix://')) return { ok: false, host: DOCKER_HOST, reason: 'DOCKER_HOST is not a unix:// socket' }
    const socketPath = DOCKER_HOST.slice('unix://'.length)
    return { host: DOCKER_HOST, socketPath, ...(await dockerAnswers(socketPath)) }
  }
  const places = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock'), ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'docker.sock')] : [])]
  let reason = 'there is no such socket'
  for (const socketPath of places.filter(existsSync)) {
    const answer = await dockerAnswers(socketPath)
    if (answer.ok) return { host: `unix://${socketPath}`, socketPath, ...answer }
    reason = answer.reason
  }
  return { ok: false, host: `unix://${places[0]}`, reason }
}

/**
 * A Docker to run containers on: the one that is there, or else a private one that `stop` ends again. `daemon` is the
 * private one, or null.
 */
export async function openDocker({ dataRoot, keepData = false }) {
  const found = await defaultDocker()
  if (found.ok) return { host: found.host, socketPath: found.socketPath, daemon: null, stop: async () => {} }
  if (!canRunDockerd()) throw new Error(`Docker does not answer on ${found.host} (${found.reason}), and starting a private one takes root and dockerd`)
  const daemon = new PrivateDockerd({ dataRoot, keepData })
  await daemon.start()
  return { host: daemon.host, socketPath: daemon.socketPath, daemon, stop: () => daemon.stop() }
}
