import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './environment.js'
import { askDepot } from './run-context.js'
import { tempDir } from './temp-dir.js'

const DOCS = join(import.meta.dirname, '../../docs')

/** Where the commands of a block are typed, by the word that stands after its `sh`. */
export const TYPED = {
  /** test/monitoring: Longshore, its servers, and what watches them. */
  run: 'with Longshore alone',
  /** test/systemd: a machine that has booted systemd, and then the package. */
  systemd: 'on a machine',
  /** test/systemd; what comes of it is what the other suites use. */
  checkout: 'in the sources',
  /** test/terraform: the real Terraform, with a Docker and an AWS that write down what they are asked. */
  terraform: 'where Terraform runs',
  /** test/deploy: on a node of the proof. */
  nodes: 'on a node',
} as const
export type TypedWhere = keyof typeof TYPED

/** Blocks that no test types, and why. Their commands of Longshore are held all the same: there are such commands, with such options. */
export const NOT_TYPED: Readonly<Record<string, string>> = {
  aws: 'takes an account of AWS. What Terraform makes there is held by test/terraform',
  debian: "takes a mirror of Debian. The files that it copies are held by test/metrics, and run by test/monitoring",
  task: 'stands in the container of a task. test/monitoring pushes from one',
  suite: 'is a suite of tests itself',
  given: 'sets variables to what somebody has. Tests set them to what they have',
}

/** What stands between two fences of a page. */
export interface Block {
  readonly page: string
  readonly heading: string
  /** `sh run`, `text`, `ini`, …; empty when it does not say. */
  readonly kind: string
  readonly text: string
  /** The first line of the output that the page shows after it, if it does. */
  readonly expected: string | null
}

/** Pages that tell people what to type on machines. */
export const PAGES = [...readdirSync(join(DOCS, 'operations')).filter(name => name.endsWith('.md')), 'security.md']

export const readPage = (page: string): string => readFileSync(join(DOCS, page === 'security.md' ? page : `operations/${page}`), 'utf8')

const FENCE = /^( *)```(.*)\n([\s\S]*?)^\1```$/gm

/** In the order of the page. */
export function blocksOf(page: string, kind?: string): Block[] {
  const whole = readPage(page)
  const fences = [...whole.matchAll(FENCE)]
  // A comment in a block is no heading.
  const headings = [...whole.replaceAll(FENCE, block => ' '.repeat(block.length)).matchAll(/^#+ (.*)$/gm)]
  const blocks = fences.map((fence, at) => {
    const [all, indent = '', info = '', text = ''] = fence
    const next = fences[at + 1]
    const isAnswered = next?.[2] === 'text' && next.index === fence.index + all.length + 2
    return {
      page, heading: headings.findLast(({ index }) => index < fence.index)?.[1] ?? '', kind: info, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      expected: isAnswered ? next[3]?.split('\n', 1)[0] ?? null : null,
    }
  })
  return blocks.filter(block => kind === undefined || block.kind === kind)
}

/** The blocks that one suite has to type, and which of them it has. */
export class Blocks {
  readonly #all: readonly Block[]
  readonly #taken = new Set<Block>()

  constructor(where: TypedWhere) {
    this.#all = PAGES.flatMap(page => blocksOf(page, `sh ${where}`))
  }

  /** The blocks below a heading, of which `which` are meant. */
  take(page: string, heading: string, ...which: readonly number[]): readonly Block[] {
    const all = this.#all.filter(block => block.page === page && block.heading === heading)
    const chosen = which.length === 0 ? all : which.flatMap(at => all[at] ?? [])
    if (chosen.length === 0 || chosen.length < which.length) throw new Error(`${page} has ${all.length} such blocks below '${heading}'`)
    for (const block of chosen) this.#taken.add(block)
    return chosen
  }

  /** All of a page. */
  takePage(page: string): readonly Block[] {
    return [...new Set(this.#all.filter(block => block.page === page).map(({ heading }) => heading))].flatMap(heading => this.take(page, heading))
  }

  /** What nobody has taken, as page and heading. */
  left(): string[] {
    return this.#all.filter(block => !this.#taken.has(block)).map(({ page, heading, text }) => `${page}, ${heading}: ${text.split('\n', 1)[0]}`)
  }
}

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
  const env = { ...childEnvironment(environment), PATH: `${bin}:${environment['PATH'] ?? process.env['PATH'] ?? ''}`, NO_COLOR: '1', COLUMNS: '200' }
  return script => new Promise(resolve => {
    execFile('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], { env, timeout: 180_000, cwd: bin }, (error, stdout) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, output: stdout })
    })
  })
}

/** Whether the words of a line of a page stand in this order in a line of the output. Addresses, times and keys are those of another installation. */
export const shows = (output: string, expected: string): boolean => {
  const words = expected.trim().split(/\s+/).filter(word => !/^(?:\w+:\/\/\S+|@\[[\d.]+\]|[0-9a-f]{16})$/.test(word)).map(word => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return output.split('\n').some(line => new RegExp(words.join('.*')).test(line))
}
