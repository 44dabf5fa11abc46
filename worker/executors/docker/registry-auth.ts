import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DOCKER_HUB, registryOf } from './image-reference.js'
import { askHelper } from './registry-helper.js'

/** What goes to the daemon in X-Registry-Auth. */
export interface RegistryAuth {
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly serveraddress: string
}

export interface Credentials {
  /** Undefined: the registry is asked without. */
  readonly auth: RegistryAuth | undefined
  /** Where they come from, or why there are none, for people. Holds no secret. */
  readonly origin: string
}

interface Entry {
  readonly auth?: unknown
  readonly username?: unknown
  readonly password?: unknown
  readonly identitytoken?: unknown
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, Entry | undefined>>
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
}

/**
 * This worker's own credentials for registries, in the form in which `docker login` keeps them. A job never carries any.
 * They are read at each use, so that a rotated password is used at once.
 */
export class RegistryCredentials {
  /** `file` as in the setting; empty means a systemd credential, else what `docker login` left. */
  constructor(private readonly file = '', private readonly environment: NodeJS.ProcessEnv = process.env) {}

  async of(image: string): Promise<Credentials> {
    const registry = registryOf(image)
    const path = this.#path()
    let config: DockerConfig
    try {
      config = JSON.parse(await readFile(path, 'utf8')) as DockerConfig
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : `cannot be read: ${(error as Error).message}`
      return { auth: undefined, origin: `without credentials: ${path} ${why}` }
    }
    const helper = find(config.credHelpers, registry) ?? { key: registry, value: config.credsStore }
    if (helper.value !== undefined && helper.value !== '') return askHelper(helper.value, helper.key, registry)
    const entry = find(config.auths, registry)
    const auth = entry === undefined ? undefined : authOf(entry.value, registry)
    if (auth === undefined) return { auth: undefined, origin: `without credentials: ${path} has none for ${registry}` }
    return { auth, origin: `with the credentials ${auth.username === undefined ? '' : `of ${auth.username} `}from ${path}` }
  }

  #path(): string {
    if (this.file !== '') return this.file
    const { CREDENTIALS_DIRECTORY, DOCKER_CONFIG } = this.environment
    const mounted = CREDENTIALS_DIRECTORY === undefined ? null : join(CREDENTIALS_DIRECTORY, 'registry-auth')
    return mounted !== null && existsSync(mounted) ? mounted : join(DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json')
  }
}

/** `https://registry:5000/v1/` and `registry:5000` are the same registry. */
const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '').replace(/^(registry-1\.|index\.)?docker\.io$/, DOCKER_HUB)

function find<T>(entries: Readonly<Record<string, T | undefined>> | undefined, registry: string): { readonly key: string; readonly value: T } | undefined {
  for (const [key, value] of Object.entries(entries ?? {})) {
    if (value !== undefined && hostOf(key) === hostOf(registry)) return { key, value }
  }
  return undefined
}

function authOf({ auth, username, password, identitytoken }: Entry, serveraddress: string): RegistryAuth | undefined {
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identitytoken, serveraddress }
  if (typeof username === 'string' && typeof password === 'string') return { username, password, serveraddress }
  if (typeof auth !== 'string') return undefined
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1), serveraddress }
}
