import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { evaluateScript } from '../../scheduler/dag-processor/script.js'
import { parseYamlDags } from '../../shared/dag/yaml.js'
import { tempDir } from '../harness/temp-dir.js'

const blocks = (language: string): string[] =>
  [...readFileSync(new URL('../../docs/authoring.md', import.meta.url), 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)].filter(([, found]) => found === language).map(([, , text]) => text as string)

const WITH_TASKS = blocks('yaml').filter(text => text.includes('tasks:'))

const SCRIPTS = blocks('ts')

it('docs/authoring.md has examples', () => {
  expect(Math.min(WITH_TASKS.length, SCRIPTS.length)).toBeGreaterThan(3)
})

it.each(WITH_TASKS)('the DAG of docs/authoring.md can be read: number %#', text => {
  const whole = `${/^dag:/m.test(text) ? '' : 'dag: example\n'}${/^defaults:/m.test(text) ? '' : 'defaults: { image: example }\n'}${text}`
  const { versions, problems } = parseYamlDags(whole, 'authoring.md')
  expect(problems).toEqual([])
  expect(versions).toHaveLength(1)
})

it.each(SCRIPTS)('the script of docs/authoring.md can be evaluated: number %#', async text => {
  const imports = "import { dag, chain } from 'longshore'\n"
  const options = "{ defaults: { image: 'example' }, params: { days: { type: 'array', default: [] } } }"
  const whole = text.includes('import ') ? text : text.includes('dag(') ? imports + text : `${imports}export default dag('example', ${options}, d => {\n${text}\n})\n`
  const file = join(tempDir(), 'example.ts')
  writeFileSync(file, whole)
  const outcome = await evaluateScript(file, 10_000)
  expect(outcome.ok ? [] : outcome.problems).toEqual([])
})
