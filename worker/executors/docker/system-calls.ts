import type { DockerApi, DockerInfo } from './docker-api.js'
import { NATIVE_PROFILE } from './system-call-profile.js'

/** What Docker says where its own profile is in force; it has had two words for it. An operator's own profile stays in force. */
const DOCKERS_OWN = /^name=seccomp,profile=(default|builtin)$/

/** As `uname -m` has them: those for which the profile is made. */
const KNOWN_MACHINES = new Set(['x86_64', 'aarch64', 'amd64', 'arm64'])

/** JSON for `SecurityOpt`; empty: what Docker has for all. */
export function profileFor({ Architecture = '', SecurityOptions }: Pick<DockerInfo, 'Architecture' | 'SecurityOptions'>): string {
  return KNOWN_MACHINES.has(Architecture) && SecurityOptions?.some(option => DOCKERS_OWN.test(option)) === true ? NATIVE_PROFILE : ''
}

/** The profile of system calls that containers get. */
export class SystemCalls {
  #profile: Promise<string> | null = null

  /** `wanted` as in the setting `systemCalls`. */
  constructor(private readonly docker: DockerApi, private readonly wanted: 'native' | 'docker') {}

  /** As `profileFor` has it. Fails while Docker is away. */
  profile(): Promise<string> {
    return this.#profile ??= this.#choose().catch((error: unknown) => {
      this.#profile = null
      throw error
    })
  }

  /** Docker may be another one now, or set differently. */
  forget(): void {
    this.#profile = null
  }

  async #choose(): Promise<string> {
    return this.wanted === 'docker' ? '' : profileFor(await this.docker.calls.info() as DockerInfo)
  }
}
