import { readFileSync } from 'node:fs'
import type { Host, Unit, UnitSettings } from '../../cli/node/host.js'
import type { Seen } from '../../cli/node/proof.js'

/** What a package of a version does on this machine. */
export type Release = 'works' | 'never ready' | 'ends again and again' | 'says another version' | 'cannot be unpacked' | 'leaves tasks behind'

/** A supervisor and a package manager: systemd and dpkg belong to machines. Files are real. */
export class FakeMachine implements Host {
  version = '1.0'
  readonly releases: Record<string, Release> = { '1.0': 'works', '2.0': 'works' }
  readonly calls: string[] = []
  armed: string | null = null
  #pid = 100
  #unit: Unit = { name: 'longshore-worker@etl.service', role: 'worker', pool: 'etl', state: 'active', pid: 100, restarts: 0 }
  /** The process that calls dies at this call. */
  dieAt: string | null = null

  installed = (): Promise<string> => Promise.resolve(this.version)
  packageOf = (version: string): string => `longshore_${version}_amd64.deb`
  units = (): Promise<Unit[]> => Promise.resolve([this.#unit])
  settingsOf = (): Promise<UnitSettings> => Promise.resolve({ queues: ['etl'], url: null })
  interrupt = (): Promise<void> => Promise.resolve()
  tasksOf = (): Promise<string[]> => Promise.resolve([])
  signal = (): Promise<void> => Promise.resolve()

  async tryOut(file: string, version: string): Promise<void> {
    this.#call('tryOut')
    if (this.#release(file) === 'says another version') throw new Error(`the package of version ${version} says that it is 1.9`)
  }

  async install(file: string): Promise<void> {
    this.#call('install')
    const release = this.#release(file)
    if (release === 'cannot be unpacked') throw new Error('dpkg ended with exit code 1')
    this.version = readFileSync(file, 'utf8')
    this.#pid += 1
    this.#unit = { ...this.#unit, pid: this.#pid, restarts: release === 'ends again and again' ? 3 : 0, state: release === 'never ready' ? 'starting' : 'active' }
    this.#call('installed')
  }

  async arm(file: string): Promise<void> { this.armed = file }
  async disarm(): Promise<void> { this.armed = null }
  async start(): Promise<void> { this.#call('start') }

  see = (): Promise<Seen[]> => Promise.resolve([{ unit: this.#unit, notReady: this.releases[this.version] === 'leaves tasks behind' ? 'it has taken over 1 of 3 tasks' : null }])

  #release(file: string): Release {
    return this.releases[readFileSync(file, 'utf8')] ?? 'works'
  }

  #call(name: string): void {
    this.calls.push(`${name} ${this.version}`)
    if (this.dieAt !== name) return
    this.dieAt = null
    throw new Died()
  }
}

export class Died extends Error {}
