import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface RegistryAuth {
  readonly username: string
  readonly password: string
  readonly serveraddress: string
}

const DOCKER_HUB = 'https://index.docker.io/v1/'

/** The registry that an image comes from, as `config.json` names it. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost') ? first : DOCKER_HUB
}

/** The credentials that `docker login` left on this worker, read at each pull so that a rotated password is used at once. */
export async function registryAuth(image: string, directory = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker')): Promise<RegistryAuth | undefined> {
  const registry = registryOf(image)
  let auths: Record<string, { auth?: unknown } | undefined>
  try {
    const content = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as { auths?: typeof auths }
    auths = content.auths ?? {}
  } catch {
    return undefined
  }
  const auth = (auths[registry] ?? auths[`https://${registry}`])?.auth
  if (typeof auth !== 'string') return undefined
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { username: text.slice(0, colon), password: text.slice(colon + 1), serveraddress: registry }
}
