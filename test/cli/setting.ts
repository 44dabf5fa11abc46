import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLongshore, startLongshore, type Finished, type LongshoreOptions, type LongshoreProcess } from '../harness/longshore.js'
import { tempDir } from '../harness/temp-dir.js'

/** A directory with DAG files in which `longshore` is run. */
export class Workplace {
  readonly folder = tempDir('cli')

  constructor(files: Readonly<Record<string, string>> = {}, private readonly options: LongshoreOptions = {}) {
    mkdirSync(join(this.folder, 'dags'))
    for (const [name, content] of Object.entries(files)) this.write(name, content)
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content)
  }

  run(...args: string[]): Promise<Finished> {
    return runLongshore(args, { cwd: this.folder, ...this.options })
  }

  /** Runs a command that must succeed, and reads its JSON. */
  async ask<T>(...args: string[]): Promise<T> {
    const result = await this.run(...args, '--json')
    if (result.code !== 0) throw new Error(`longshore ${args.join(' ')} exited with ${result.code}:\n${result.stderr}`)
    return result.json<T>()
  }

  start(...args: string[]): Promise<LongshoreProcess> {
    return startLongshore(args, { cwd: this.folder, ...this.options })
  }

  /** Starts `longshore standalone` here and waits until it is ready. */
  async standalone(...args: string[]): Promise<LongshoreProcess> {
    const standalone = await this.start('standalone', ...args)
    await standalone.waitForLog('longshore is ready', { timeout: 20_000 })
    return standalone
  }
}

export const HELLO = `
dag: hello
description: says hello
schedule: 30 2 * * *
timezone: America/Los_Angeles
start: 2100-01-01
params: { name: { type: string, default: you }, times: { type: integer, default: 1 } }
defaults: { kind: process, queue: greetings }
tasks:
  greet:
    shell: "echo hello {{ params.name }}; echo bye >&2"
  after:
    shell: "exit 0"
    after: [greet]
`

export const BROKEN = `
dag: broken
tasks:
  wrong:
    comand: [ls]
    image: some:image
`

export const FAILING = `
dag: failing
defaults: { kind: process }
tasks:
  bad:
    shell: "echo the reason is here; exit 3"
  never:
    shell: "true"
    after: [bad]
`
