import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigSchema, type Config } from '../../shared/config/schema.js'
import { createLog } from '../../shared/log.js'
import { parseLogLine } from '../../shared/log-store/log-line.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { Worker } from '../../worker/worker.js'
import { atEnd } from '../harness/cleanup.js'
import { startLongshore, type LongshoreProcess } from '../harness/longshore.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'

/** Most tests play the scheduler and are about other things; test/worker/signing.test.ts and policy.test.ts are about these. */
const LENIENT = { requireSignatures: 'false', allowMount: '*', allowNetwork: '*' }

/** One state directory and log store, and the workers that come and go on them. */
export class Setting {
  readonly folder = tempDir('worker')
  readonly stateDir = join(this.folder, 'state')
  readonly logs = join(this.folder, 'logs')

  constructor(private readonly settings: Readonly<Record<string, string>>) {}

  config(more: Readonly<Record<string, unknown>> = {}): Config {
    return ConfigSchema.parse({ ...LENIENT, leaseRenewEvery: 200, logLevel: 'silent', ...this.settings, stateDir: this.stateDir, logStore: `file:${this.logs}`, ...more })
  }

  /** A worker inside this process, started. */
  async start(more: Readonly<Record<string, unknown>> = {}): Promise<Worker> {
    const config = this.config(more)
    const worker = new Worker({ config, log: createLog(config.logLevel, 'worker') })
    atEnd(() => worker.stop())
    await worker.start()
    return worker
  }

  /** A worker as a process of its own, which may be killed. */
  async launch(env: Readonly<Record<string, string>> = {}): Promise<LongshoreProcess> {
    await askDepot('build')
    const settings: Record<string, string> = { ...LENIENT, leaseRenewEvery: '200', ...this.settings, stateDir: this.stateDir, logStore: `file:${this.logs}` }
    const variables = Object.entries(settings).map(([key, value]) => [`LONGSHORE_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`, value])
    return startLongshore([], { entry: join(import.meta.dirname, 'worker-process.mjs'), env: { ...Object.fromEntries(variables) as Record<string, string>, ...env } })
  }

  async launched(env: Readonly<Record<string, string>> = {}): Promise<LongshoreProcess> {
    const worker = await this.launch(env)
    await worker.waitForLog('worker started')
    return worker
  }

  /** The lines of an attempt's log: `o text`, `e text`, `o+ text` for a part. */
  log(attempt: AttemptId): string[] {
    const file = join(this.logs, `team.dag/run-1/${attempt}.log`)
    if (!existsSync(file)) return []
    return readFileSync(file, 'utf8').split('\n').slice(0, -1).map(line => {
      const frame = parseLogLine(line)
      if (frame === null) throw new Error(`not a line of a log: ${line}`)
      return `${frame.stream === 'stdout' ? 'o' : 'e'}${frame.complete ? '' : '+'} ${frame.text}`
    })
  }

  /** What is left of attempts in the state directory. */
  remains(): string[] {
    return ['intents', 'spool', 'attempts'].flatMap(folder => readdirSync(join(this.stateDir, 'worker', folder)).map(name => `${folder}/${name}`))
  }

  async clean(): Promise<void> {
    await until(() => this.remains().length === 0, { describe: () => `the state directory to be empty; it has ${this.remains().join(', ')}` })
  }
}
