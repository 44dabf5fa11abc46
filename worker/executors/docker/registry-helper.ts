import { execFile } from 'node:child_process'
import { z } from 'zod'
import type { Credentials } from './registry-auth.js'

/** A helper may ask a service of a cloud; it does not ask a person. */
const TIMEOUT_MS = 10_000

const Answer = z.object({ Username: z.string(), Secret: z.string() })

/** The user name with which a helper says that its secret is a token. */
const TOKEN = '<token>'

/**
 * Asks a credential helper, a program `docker-credential-<name>` on the PATH, as Docker's command line does: `get`, with the
 * registry on standard input.
 */
export function askHelper(name: string, key: string, registry: string): Promise<Credentials> {
  const program = `docker-credential-${name}`
  return new Promise(resolve => {
    const child = execFile(program, ['get'], { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' }, (error, stdout) => {
      // A helper that knows nothing says so on standard output and exits with 1.
      if (error !== null) return resolve({ auth: undefined, origin: `without credentials: ${program} failed: ${(stdout.trim() || error.message).slice(0, 200)}` })
      try {
        const { Username, Secret } = Answer.parse(JSON.parse(stdout))
        const who = Username === TOKEN ? { identitytoken: Secret } : { username: Username, password: Secret }
        resolve({ auth: { ...who, serveraddress: registry }, origin: `with the credentials ${Username === TOKEN ? '' : `of ${Username} `}from ${program}` })
      } catch {
        resolve({ auth: undefined, origin: `without credentials: the answer of ${program} is not one of a credential helper` })
      }
    })
    // It may end without reading.
    child.stdin?.on('error', () => {})
    child.stdin?.end(key)
  })
}
