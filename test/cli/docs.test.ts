import { readFileSync } from 'node:fs'
import { Command, type Option } from 'commander'
import { expect, it, vi } from 'vitest'
import { COMMANDS, type Entry, type Leaf } from '../../cli/commands.js'
import { buildProgram } from '../../cli/program.js'
import { ConfigSchema, CONFIG_KEYS } from '../../shared/config/schema.js'
import { ERRORS } from '../../shared/errors.js'
import { blocksOf, NOT_TYPED, PAGES, readPage, TYPED } from '../harness/typed.js'

// All commands are loaded, with all that they need.
vi.setConfig({ testTimeout: 150_000 })

const doc = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

it('docs/configuration.md has a row for every setting, with its variable and its default', () => {
  const rows = [...doc('configuration.md').matchAll(/^\| `(\w+)` \| `(LONGSHORE_\w+)` \| (.*?) \| (.+) \|$/gm)].map(([, key, variable, value]) => [key, variable, value])
  const defaults = ConfigSchema.parse({})
  const shown = (value: unknown): string => {
    const text = Array.isArray(value) ? value.join(',') : String(value)
    return text === '' ? '(empty)' : `\`${text}\``
  }
  const expected = CONFIG_KEYS.map(key => [key, `LONGSHORE_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`, shown(defaults[key])])
  expect(rows.sort()).toEqual(expected.sort())
})

it('docs/errors.md has every code of the catalogue, in its order, with the same advice', () => {
  const sections = doc('errors.md').split(/^## /m).slice(1)
  expect(sections.map(section => section.split('\n', 1)[0])).toEqual(Object.keys(ERRORS))
  for (const section of sections) {
    const code = section.split('\n', 1)[0] as keyof typeof ERRORS
    expect(section).toContain(`**What to do:** ${ERRORS[code]}`)
    expect(section).toMatch(/\*\*Cause:\*\* \S/)
  }
})

it('docs/cli.md has a section for every command, which names all of its options', async () => {
  const sections = new Map(doc('cli.md').split(/^### /m).slice(1).map(section => [section.split('\n', 1)[0], section]))
  const found: string[] = []
  for (const [path, leaf] of leaves(COMMANDS)) {
    found.push(`longshore ${path}`)
    const section = sections.get(`longshore ${path}`) ?? ''
    for (const option of (await defined(leaf)).options) expect(section, `longshore ${path}`).toContain(option.long)
  }
  expect([...sections.keys()].sort()).toEqual(found.sort())
})

it('every command that reads has --json', async () => {
  const services = ['standalone', 'scheduler', 'worker', 'web', 'node lifecycle', 'node autoscale', 'completion', 'manual']
  for (const [path, leaf] of leaves(COMMANDS)) {
    if (!services.includes(path)) expect((await defined(leaf)).options.map(option => option.long), path).toContain('--json')
  }
})

const OTHER_KINDS = ['text', 'ini', 'hcl', 'yaml', 'ts']

it('every block of docs/operations/ says by whom it is typed, or that it is nothing to type', () => {
  const known = [...[...Object.keys(TYPED), ...Object.keys(NOT_TYPED)].map(place => `sh ${place}`), ...OTHER_KINDS]
  const unknown = PAGES.flatMap(page => blocksOf(page)).filter(({ page, kind }) => !known.includes(kind) && !(page === 'security.md' && kind === ''))
  expect(unknown.map(({ page, heading, kind, text }) => `${page}, ${heading}: ${kind}: ${text.split('\n', 1)[0]}`)).toEqual([])
})

it('every command of Longshore on these pages is one, with options that it has', async () => {
  const globals = buildProgram().options
  const wrong: string[] = []
  let known = 0
  for (const page of PAGES) {
    for (const words of commandsOn(readPage(page))) {
      const problem = await problemOf(words, globals)
      if (problem === null) known += 1
      else wrong.push(`${page}: longshore ${words.join(' ')}: ${problem}`)
    }
  }
  expect(wrong).toEqual([])
  expect(known).toBeGreaterThan(60)
})

it.each([['releases put 1', /no command/], ['releases set --everywhere 1', /no option --everywhere/], ['worker --queue etl', /no option --queue/], ['db upgrade', /no command/]])('longshore %s would be told', async (text, problem) => {
  expect(await problemOf(text.split(' '), buildProgram().options)).toMatch(problem)
})

function leaves(entries: readonly Entry[], above = ''): [path: string, leaf: Leaf][] {
  return entries.flatMap(entry => ('commands' in entry ? leaves(entry.commands, `${above}${entry.name} `) : [[`${above}${entry.name}`, entry] as [string, Leaf]]))
}

async function defined(leaf: Leaf): Promise<Command> {
  const command = new Command(leaf.name)
  ;(await leaf.load()).define(command)
  return command
}

/** In text between backquotes, and at the beginning of a line or after an operator of the shell in blocks. `…` stands for anything, so what has it is none. */
function commandsOn(text: string): string[][] {
  const inBlocks = [...text.matchAll(/^ *```sh.*\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) => [...block.matchAll(/(?:^ *|[|;&(] *|exec \S+ )longshore ([^\n|;&)#]+)/gm)])
  const inText = [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`longshore ([^`]+)`/g)]
  return [...inBlocks, ...inText].map(([, command = '']) => command.trim()).filter(command => !command.includes('…')).map(command => command.replaceAll(/(["']).*?\1/g, 'x').split(/\s+/))
}

async function problemOf(words: readonly string[], globals: readonly Option[]): Promise<string | null> {
  let entries: readonly Entry[] = COMMANDS
  for (const [at, word] of words.entries()) {
    const named = entries.find(({ name }) => name === word)
    // What its group does unnamed: the word is the first of its arguments.
    const entry = named ?? entries.find(one => 'isDefault' in one && one.isDefault === true)
    if (entry === undefined) return word.startsWith('--') && at === 0 ? optionProblem(words, globals) : `there is no command '${word}'`
    if ('commands' in entry) {
      entries = entry.commands
      continue
    }
    return optionProblem(words.slice(named === undefined ? at : at + 1), [...(await defined(entry)).options, ...globals])
  }
  // A group by its name alone.
  return null
}

function optionProblem(words: readonly string[], options: readonly Option[]): string | null {
  // What comes after `--` belongs to the task.
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const names = ['--help', ...options.flatMap(({ long, short }) => [long, short])]
  const wrong = own.filter(word => /^--?[a-z]/.test(word)).map(word => word.replace(/[=\]].*$/, '')).find(word => !names.includes(word))
  return wrong === undefined ? null : `it has no option ${wrong}`
}
