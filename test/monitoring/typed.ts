import { execFile } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '../harness/environment.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'

const DOCS = join(import.meta.dirname, '../../docs/operations')

/** A block of commands of a page, as people type them. `expected` is the first line of the output that the page shows, if it does. */
export interface Block {
  readonly heading: string
  readonly script: string
  readonly expected: string | null
}

/** Where a block can be run: `run` with Longshore alone; the others take a booted system, or install packages. */
export const PLACES = ['run', 'systemd', 'debian']

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(DOCS, page), 'utf8')
  return text.split(/^(?=#+ )/m).flatMap(section => {
    const heading = /^#+ (.*)$/m.exec(section)?.[1] ?? ''
    return [...section.matchAll(/^```sh run\n([\s\S]*?)^```(?:\n\n```text\n(.*)\n)?/gm)].map(([, script = '', expected]) => ({ heading, script, expected: expected ?? null }))
  })
}

/** Blocks that say `sh` and not where they can be run. */
export const unmarked = (page: string): string[] => [...readFileSync(join(DOCS, page), 'utf8').matchAll(/^```sh ?(.*)$/gm)].map(([, place = '']) => place).filter(place => !PLACES.includes(place))

export interface Typed {
  readonly code: number
  readonly output: string
}

/** A shell on a machine with Longshore: `longshore` is the command that was built. */
export async function openShell(environment: Readonly<Record<string, string>>): Promise<(script: string) => Promise<Typed>> {
  const bin = tempDir('bin')
  const { entry } = await askDepot('build')
  writeFileSync(join(bin, 'longshore'), `#!/bin/sh\nexec ${process.execPath} ${entry} "$@"\n`)
  chmodSync(join(bin, 'longshore'), 0o755)
  const env = { ...childEnvironment(environment), PATH: `${bin}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1', COLUMNS: '200' }
  return script => new Promise(resolve => {
    execFile('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], { env, timeout: 60_000, cwd: bin }, (error, stdout) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, output: stdout })
    })
  })
}

/** Whether the words of a line of a page stand in this order in a line of the output. Addresses, times and keys are those of another installation. */
export const shows = (output: string, expected: string): boolean => {
  const words = expected.trim().split(/\s+/).filter(word => !/^(?:\w+:\/\/\S+|@\[[\d.]+\]|[0-9a-f]{16})$/.test(word)).map(word => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return output.split('\n').some(line => new RegExp(words.join('.*')).test(line))
}
