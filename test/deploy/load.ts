import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd } from '../harness/cleanup.js'
import { childEnvironment } from '../harness/environment.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { attemptsOf, hasDates, runsOf } from './collect.js'
import { HELD, SHARED, STEADY, held, steady, type Pace } from './dags.js'
import type { RequestFacts, RunningFact } from './facts.js'
import type { Site } from './site.js'

/** What goes on all the time: runs by a schedule, and somebody who asks the web process. */
export class Load {
  /** On a boundary of the schedule. */
  readonly #start: string
  #prober: ChildProcess | undefined
  readonly #asked = join(tempDir('asked'), 'asked.json')
  #said: { readonly version?: string; readonly end?: string } = {}
  #holds = 0

  constructor(private readonly site: Site, private readonly image: string, readonly pace: Pace) {
    this.#start = new Date(Math.ceil(Date.now() / 1_000 / pace.every) * pace.every * 1_000).toISOString()
    site.dag('held', held(image))
  }

  async begin(): Promise<void> {
    this.schedule()
    await this.site.sh(this.site.control, 'longshore users create prober --role viewer')
    const { secret } = await this.site.ask<{ secret: string }>('tokens create prober --user prober')
    const urls = ['/livez', '/', '/api/v1/dags'].map(path => this.site.url(path))
    this.#prober = spawn(process.execPath, [join(import.meta.dirname, 'prober.mjs'), this.#asked, secret, ...urls], { env: childEnvironment(), stdio: 'inherit' })
    const prober = this.#prober
    atEnd(() => { prober.kill('SIGKILL') })
  }

  /** Writes the DAG file of the schedule; what was said of it before holds on. */
  schedule(change: { readonly version?: string; readonly end?: string } = {}): void {
    this.#said = { ...this.#said, ...change }
    this.site.dag('steady', steady({ image: this.image, pace: this.pace, start: this.#start, ...this.#said }))
  }

  /** The same, deployed as a bundle. */
  async deploy(change: { readonly version?: string; readonly end?: string }): Promise<void> {
    this.schedule(change)
    await this.site.deploy()
  }

  /** Starts tasks that run until they are let go, one on each of these nodes at least. */
  async hold(...nodes: readonly string[]): Promise<Hold> {
    this.#holds += 1
    const name = `hold${this.#holds}`
    for (let number = 1; ; number += 1) {
      await this.site.sh(this.site.control, `longshore dags trigger ${HELD} --run-id ${name}-${number} --param until=${name}`)
      const own = await until(async () => {
        const started = (await attemptsOf(this.site)).filter(row => row.dag === HELD && row.run.startsWith(`${name}-`) && row.state === 'running')
        return started.length === number && started
      }, { timeout: 90_000, interval: 500, describe: `${number} tasks of ${name} to run` })
      const running = (await this.site.running(...nodes)).filter(({ attempt }) => own.some(row => row.attempt === attempt))
      if (nodes.every(node => running.some(one => one.node === node))) return { name, running }
      if (number === 20) throw new Error(`20 tasks, and none of them on one of ${nodes.join(', ')}`)
    }
  }

  /** Starts so many tasks that run until they are let go, wherever there is room. */
  async crowd(count: number): Promise<Pick<Hold, 'name'>> {
    this.#holds += 1
    const name = `hold${this.#holds}`
    await this.site.sh(this.site.control, `for i in $(seq ${count}); do longshore dags trigger ${HELD} --run-id ${name}-$i --param until=${name} > /dev/null; done`, 600_000)
    return { name }
  }

  async letGo({ name }: Pick<Hold, 'name'>): Promise<void> {
    await this.site.sh(this.site.control, `touch ${SHARED}/go-${name}`)
  }

  /** Waits for a run that the schedule makes after now. */
  async another(): Promise<void> {
    const before = new Set((await attemptsOf(this.site)).map(({ attempt }) => attempt))
    await until(async () => (await attemptsOf(this.site)).some(row => row.dag === STEADY && row.state === 'finished' && !before.has(row.attempt)), { timeout: 120_000, interval: 500, describe: 'another run of the schedule' })
  }

  /** No further dates; what has begun comes to its end. What the prober has seen. */
  async end(): Promise<RequestFacts> {
    await this.deploy({ end: new Date().toISOString() })
    await until(async () => !(await hasDates(this.site, STEADY)) && (await runsOf(this.site)).every(({ state }) => state !== 'queued' && state !== 'running'), { timeout: 180_000, interval: 1_000, describe: 'all runs to end' })
    return this.#requests()
  }

  async #requests(): Promise<RequestFacts> {
    const exited = once(this.#prober as ChildProcess, 'exit')
    this.#prober?.kill('SIGTERM')
    await exited
    return JSON.parse(readFileSync(this.#asked, 'utf8')) as RequestFacts
  }
}

export interface Hold {
  readonly name: string
  /** Where its tasks run. */
  readonly running: readonly RunningFact[]
}
