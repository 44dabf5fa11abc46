import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LongshoreError } from '../../shared/errors.js'
import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import { tryRedis } from '../../shared/broker/try-redis.js'
import { findProgram, REDIS_SERVERS } from './find-program.js'
import { makeSocketDirectory, pingSocket, redisSocketPath, removeSocketDirectory } from './redis-socket.js'

/** Reading a large append-only file takes a while. */
const START_MS = 60_000
const STOP_MS = 5_000
const POLL_MS = 10
const LOOK_EVERY_MS = 2_000

/**
 * The Redis of a standalone that was given none: a child process that only this user can reach, through a socket. It is
 * told to stop in an orderly end; after a kill it lives on and the next standalone uses it again.
 */
export class PrivateRedis implements Service {
  readonly name = 'private Redis'
  readonly url: string
  readonly #directory: string
  readonly #socket: string
  readonly #watch: Loop
  #ended: string | undefined

  constructor(stateDir: string, private readonly log: Log) {
    this.#directory = resolve(stateDir, 'redis')
    this.#socket = redisSocketPath(this.#directory)
    this.url = `unix:${this.#socket}`
    this.#watch = new Loop({ name: 'private-redis', log, runOnce: () => this.runOnce() })
  }

  async start(): Promise<void> {
    makeSocketDirectory(this.#socket, this.#directory)
    if (await pingSocket(this.#socket) === 'nobody') await this.#launch()
    else this.log.info({ redis: this.url }, 'a private Redis runs already and is used again')
    await this.#untilReady()
    await this.#watch.start()
  }

  /** Starts it again when it has died: what it held comes back from its file or from the database. */
  async runOnce(): Promise<number> {
    if (await pingSocket(this.#socket) === 'nobody') {
      this.log.warn({ redis: this.url }, 'the private Redis has ended; it is started again')
      await this.#launch()
      await this.#untilReady()
    }
    return LOOK_EVERY_MS
  }

  async stop(): Promise<void> {
    await this.#watch.stop()
    // The server closes the connection instead of answering.
    await tryRedis(this.url, redis => redis.shutdown())
    const end = performance.now() + STOP_MS
    while (performance.now() < end && await pingSocket(this.#socket) !== 'nobody') await delay(POLL_MS)
    removeSocketDirectory(this.#socket, this.#directory)
  }

  async #launch(): Promise<void> {
    const program = findProgram(REDIS_SERVERS)
    if (program === null) {
      throw new LongshoreError('LS_REDIS_UNREACHABLE', 'no redisUrl is set, and there is neither redis-server nor valkey-server to start a private one with', {
        hint: 'Install Redis (`apt-get install redis-server`, `brew install redis`), or set redisUrl (--redis-url) to a server that runs.',
      })
    }
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    const output = openSync(this.#logFile, 'a', 0o600)
    try {
      // In a session of its own: Ctrl-C reaches the whole foreground group, and this one must outlive our orderly end.
      const child = spawn(program, this.#arguments(), { detached: true, stdio: ['ignore', output, output], cwd: this.#directory })
      this.#ended = undefined
      child.once('error', error => { this.#ended = error.message })
      child.once('exit', (code, signal) => {
        this.#ended = signal ?? `exit ${code}`
        this.#watch.wake()
      })
      child.unref()
    } finally {
      closeSync(output)
    }
  }

  #arguments(): string[] {
    const directives: Readonly<Record<string, string>> = {
      port: '0', unixsocket: this.#socket, unixsocketperm: '700', dir: this.#directory, daemonize: 'no', databases: '1',
      appendonly: 'yes', appendfsync: 'everysec', save: '', 'maxmemory-policy': 'noeviction',
    }
    return Object.entries(directives).flatMap(([name, value]) => [`--${name}`, value])
  }

  async #untilReady(): Promise<void> {
    const end = performance.now() + START_MS
    while (await pingSocket(this.#socket) !== 'ready') {
      if (this.#ended !== undefined) throw this.#failure(`ended while it was starting (${this.#ended})`)
      if (performance.now() > end) throw this.#failure(`was not ready within ${START_MS / 1000} s`)
      await delay(POLL_MS)
    }
  }

  #failure(what: string): LongshoreError {
    return new LongshoreError('LS_REDIS_UNREACHABLE', `the private Redis ${what}:\n${this.#lastWords()}`, { hint: `See ${this.#logFile}.` })
  }

  #lastWords(): string {
    try {
      return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n')
    } catch {
      return '(it logged nothing)'
    }
  }

  get #logFile(): string {
    return join(this.#directory, 'redis.log')
  }
}
