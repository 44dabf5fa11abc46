import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseYamlDags } from '../../shared/dag/yaml.js'

const EXAMPLES = [...readFileSync(new URL('../../docs/waiting.md', import.meta.url), 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text as string)

it('docs/waiting.md has an example of each wait', () => {
  expect(EXAMPLES).toHaveLength(6)
})

it.each(EXAMPLES)('the DAG of docs/waiting.md can be read: number %#', text => {
  const { versions, problems } = parseYamlDags(text, 'waiting.md')
  expect(problems).toEqual([])
  expect(versions).toHaveLength(1)
})
