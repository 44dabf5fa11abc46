import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { evaluateScript } from '../../scheduler/dag-processor/script.js'
import { parseYamlDags } from '../../shared/dag/yaml.js'
import { tempDir } from '../harness/temp-dir.js'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGES = ['README.md', 'examples/README.md', ...readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]

interface Block {
  /** Page and line, for the name of the test. */
  readonly place: string
  readonly language: string
  readonly text: string
}

const blocksOf = (page: string): Block[] => {
  const whole = readFileSync(join(ROOT, page), 'utf8')
  return [...whole.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(({ 1: language = '', 2: text = '', index }) => ({ place: `${page}:${whole.slice(0, index).split('\n').length}`, language, text }))
}

const BLOCKS = PAGES.flatMap(blocksOf)
const YAML = BLOCKS.filter(({ language, text }) => language === 'yaml' && /^tasks:/m.test(text))
const SCRIPTS = BLOCKS.filter(({ language }) => language === 'ts')

const on = (page: string) => ({ place }: Block): boolean => place.startsWith(`${page}:`)

describe('the examples of the documents', () => {
  it('are found', () => {
    expect(YAML.filter(on('docs/waiting.md')).length).toBeGreaterThanOrEqual(6)
    expect(Math.min(YAML.filter(on('docs/authoring.md')).length, SCRIPTS.filter(on('docs/authoring.md')).length)).toBeGreaterThan(3)
  })

  it.each(YAML)('can be read: $place', ({ place, text }) => {
    const whole = `${/^dag:/m.test(text) ? '' : 'dag: example\n'}${/^defaults:/m.test(text) ? '' : 'defaults: { image: example }\n'}${text}`
    const { versions, problems } = parseYamlDags(whole, place)
    expect(problems).toEqual([])
    expect(versions).toHaveLength([...whole.matchAll(/^dag:/gm)].length)
  })

  it.each(SCRIPTS)('can be evaluated: $place', async ({ text }) => {
    const imports = "import { dag, chain } from 'longshore'\n"
    const options = "{ defaults: { image: 'example' }, params: { days: { type: 'array', default: [] } } }"
    const whole = text.includes('import ') ? text : text.includes('dag(') ? imports + text : `${imports}export default dag('example', ${options}, d => {\n${text}\n})\n`
    const file = join(tempDir(), 'example.ts')
    writeFileSync(file, whole)
    const outcome = await evaluateScript(file, 10_000)
    expect(outcome.ok ? [] : outcome.problems).toEqual([])
  })
})
