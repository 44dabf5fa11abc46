import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { expect, it } from 'vitest'
import { COMMANDS, type Entry, type Leaf } from '../../cli/commands.js'
import { ConfigSchema, CONFIG_KEYS } from '../../shared/config/schema.js'
import { ERRORS } from '../../shared/errors.js'

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

function leaves(entries: readonly Entry[], above = ''): [path: string, leaf: Leaf][] {
  return entries.flatMap(entry => ('commands' in entry ? leaves(entry.commands, `${above}${entry.name} `) : [[`${above}${entry.name}`, entry] as [string, Leaf]]))
}

async function defined(leaf: Leaf): Promise<Command> {
  const command = new Command(leaf.name)
  ;(await leaf.load()).define(command)
  return command
}
