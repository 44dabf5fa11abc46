import type { NodeRole } from '../../shared/protocol/release.js'

/** One of Longshore's services on this machine, as its supervisor shows it. */
export interface Unit {
  readonly name: string
  readonly role: NodeRole
  /** Null for what is no worker. */
  readonly pool: string | null
  readonly state: 'active' | 'starting' | 'down'
  /** 0: none. */
  readonly pid: number
  /** How often it has been started anew since it was started by somebody, because it had ended. */
  readonly restarts: number
}

/** The settings that a unit runs with, as far as others need them. */
export interface UnitSettings {
  readonly queues: readonly string[]
  /** Where it answers /readyz; null when that is not known. */
  readonly url: string | null
}

/** What an updater does to the machine that it runs on. */
export interface Host {
  /** The version that is installed. @throws LongshoreError LS_NODE when Longshore was not installed from a package */
  installed(): Promise<string>
  /** Name of the file that brings a version to this machine. */
  packageOf(version: string): string
  /** Services of Longshore that run or are to run. */
  units(): Promise<Unit[]>
  settingsOf(unit: Unit): Promise<UnitSettings>
  /**
   * Runs what a package brings without installing it: that it starts and says the expected version, and, where this machine knows the
   * database, that its migrations go through.
   */
  tryOut(file: string, version: string, migrate: boolean): Promise<void>
  /** Installs a package and restarts what runs. Goes on when this process dies. */
  install(file: string): Promise<void>
  /** Ends an installation that hangs. */
  interrupt(): Promise<void>
  /** Has `file` installed by itself after a while, should nobody disarm it: this process and its successors may be what is broken. */
  arm(file: string): Promise<void>
  disarm(): Promise<void>
  start(unit: string): Promise<void>
  signal(unit: string, signal: 'SIGUSR2' | 'SIGPWR'): Promise<void>
  /** Ids of containers of attempts that run, of a worker or of all (null). */
  tasksOf(worker: string | null): Promise<string[]>
}
