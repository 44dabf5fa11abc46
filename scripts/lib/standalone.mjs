import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { mustRun, run } from './command.mjs'
import { ROOT } from './paths.mjs'
import { findProcesses, gone, signal } from './processes.mjs'
import { Refusal } from './say.mjs'

const BIN = join(ROOT, 'bin/longshore.js')
const READY_MS = 60_000
const STOP_MS = 20_000

/** A `longshore standalone` of the demo's own, and the commands that speak to it. */
export class Standalone {
  #child
  #closed = Promise.resolve()
  #ended
  #output = ''

  constructor({ dags, stateDir, port, dockerHost }) {
    this.stateDir = stateDir
    this.port = port
    this.logFile = join(stateDir, 'standalone.log')
    this.args = ['standalone', '--dags', dags, '--state-dir', stateDir, '--port', String(port),
      ...(dockerHost === null ? [] : ['--docker-host', dockerHost])]
    /** Where it answers over HTTP, as its log says. */
    this.url = null
    /** Where the first user signs in, once; null when somebody can sign in already. */
    this.login = null
    /** Called when it ends without having been stopped. */
    this.onCrash = () => {}
  }

  async start() {
    mkdirSync(this.stateDir, { recursive: true })
    await this.#endPredecessor()
    writeFileSync(this.logFile, '')
    const child = spawn(process.execPath, ['--enable-source-maps', BIN, ...this.args], {
      cwd: ROOT, detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LONGSHORE_STATE_DIR: undefined },
    })
    this.#child = child
    this.#closed = new Promise(resolve => child.once('close', resolve))
    let ready = false
    child.stderr.setEncoding('utf8').on('data', text => {
      appendFileSync(this.logFile, text)
      this.#output = `${this.#output}${text}`.slice(-100_000)
      this.url ??= /"url":"(https?:[^"]+)"/.exec(this.#output)?.[1] ?? null
      this.login ??= /"login":"(https?:[^"]+)"/.exec(this.#output)?.[1] ?? null
      ready ||= /longshore is ready/.test(this.#output)
    })
    child.once('error', error => (this.#ended = error.message))
    child.once('exit', (code, name) => {
      this.#ended ??= name ?? `exit ${code}`
      if (!this.stopping) this.onCrash(new Refusal(`longshore standalone ended (${this.#ended}):\n${this.tail()}`, 1))
    })
    const end = Date.now() + READY_MS
    while (!ready) {
      if (this.#ended !== undefined) throw new Refusal(`longshore standalone ended (${this.#ended}) while it was starting:\n${this.tail()}`, 1)
      if (Date.now() > end) throw new Refusal(`longshore standalone was not ready within ${READY_MS / 1000} s:\n${this.tail()}`, 1)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  async stop() {
    this.stopping = true
    const pid = this.#child?.pid
    if (pid === undefined) return
    signal(pid, 'SIGTERM')
    if (!(await gone([pid], STOP_MS))) signal(pid, 'SIGKILL')
    await this.#endPredecessor()
    // Its last words are still on their way to the log; whoever stopped it may remove that.
    await this.#closed
  }

  /** The parsed answer of `longshore … --json`. */
  async ask(...args) {
    const text = await mustRun(process.execPath, [BIN, ...args, '--json', '--state-dir', this.stateDir], { cwd: ROOT })
    return JSON.parse(text)
  }

  /** Runs a command whose failure is an answer, too. */
  async tryTo(...args) {
    const { code, stdout, stderr } = await run(process.execPath, [BIN, ...args, '--json', '--state-dir', this.stateDir], { cwd: ROOT })
    return code === 0 ? { value: JSON.parse(stdout) } : { problem: stderr.trim() }
  }

  tail() {
    return this.#output.trim().split('\n').slice(-15).join('\n')
  }

  /** What a killed demo left running on this state directory: its standalone, and that one's private Redis. */
  async #endPredecessor() {
    const left = findProcesses(({ command }) => command.includes(this.stateDir) && /longshore\.js standalone|redis-server|valkey-server/.test(command)).map(({ pid }) => pid)
    for (const pid of left) signal(pid, 'SIGTERM')
    if (!(await gone(left, STOP_MS))) for (const pid of left) signal(pid, 'SIGKILL')
    await gone(left, 5_000)
  }
}

/** The port itself, or a free one when something listens there. */
export function portOrFree(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', error => (wanted === 0 ? reject(error) : resolve(portOrFree(0))))
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
