import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { evaluateFile } from './evaluate-file.js'

/** Writes the files into a fresh folder and evaluates the first one. */
async function evaluate(files: Record<string, string>): Promise<DagFileOutcome & { folder: string }> {
  const folder = tempDir('dags')
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return { ...await evaluateFile(join(folder, Object.keys(files)[0] as string), 5_000), folder }
}
const ids = (outcome: DagFileOutcome) => (outcome.ok ? outcome.dags.map(({ spec }) => spec.dag) : outcome.problems)
const problems = (outcome: DagFileOutcome & { folder: string }): string[] =>
  outcome.ok ? [] : outcome.problems.map(({ file, line, column, message }) => `${file.replace(`${outcome.folder}/`, '')}:${line}:${column} ${message}`)

const IMPORT = "import { dag, chain, type DagOptions } from 'longshore'\n"
const one = (id: string): string => `dag('${id}', { defaults: { image: 'i' } }, d => { d.task('a') })`

describe('a TypeScript file', () => {
  it('may export DAGs by default, by name and in an array, each counted once', async () => {
    const outcome = await evaluate({ 'a.ts': `${IMPORT}export const first = ${one('first')}\nexport default first\nexport const more: unknown[] = ['x', 'y'].map(id => ${one('${id}').replace("'${id}'", 'id')})` })
    expect(ids(outcome)).toEqual(['first', 'x', 'y'])
  })

  it('may use its own modules, node built-ins, JSON, SQL and packages of the folder', async () => {
    const outcome = await evaluate({
      'a.ts': `${IMPORT}import { join } from 'node:path'\nimport { image } from './lib/helper.js'\nimport names from './names.json'\nimport query from './q.sql'\nimport prefix from 'prefix'
        export default dag(prefix + names[0], { defaults: { image } }, d => { d.task('a', { command: ['psql', '-c', query, join('x', 'y')] }) })`,
      'lib/helper.ts': "export const image: string = 'i'",
      'names.json': '["load"]',
      'q.sql': 'select 1',
      'node_modules/prefix/package.json': '{"name":"prefix","main":"index.js"}',
      'node_modules/prefix/index.js': "module.exports = 'team.'",
    })
    expect(outcome.ok && outcome.dags[0]?.spec).toMatchObject({ dag: 'team.load', tasks: [{ command: ['psql', '-c', 'select 1', 'x/y'] }] })
    expect(outcome.inputs.map(path => path.replace(`${outcome.folder}/`, '')).sort()).toEqual(['a.ts', 'lib/helper.ts', 'names.json', 'q.sql'])
  })

  it('without DAGs is a helper', async () => {
    expect(ids(await evaluate({ 'helper.ts': 'export const image = "i"' }))).toEqual([])
  })

  it('that exports a DAG of another file does not take it over by importing it', async () => {
    expect(ids(await evaluate({ 'a.ts': `import './b.js'\n${IMPORT}export default ${one('a')}`, 'b.ts': `${IMPORT}export default ${one('b')}` }))).toEqual(['a'])
  })

  it('may be a plain JavaScript module or a CommonJS one', async () => {
    expect(ids(await evaluate({ 'a.mjs': `import { dag } from 'longshore'\nexport default ${one('a')}` }))).toEqual(['a'])
    expect(ids(await evaluate({ 'a.js': `const { dag } = require('longshore')\nmodule.exports = [${one('a')}, ${one('b')}]` }))).toEqual(['a', 'b'])
  })

  it('is told problems at the line and column of its source', async () => {
    const outcome = await evaluate({
      'a.ts': `${IMPORT}\ninterface Unused { x: number }\n\nexport default dag('team.a', { schedul: '@daily', defaults: { image: 'i' } } as DagOptions, d => {\n  const a = d.task('a', { retries: -1 })\n  d.task('b').after('c')\n})\n`,
    })
    expect(problems(outcome)).toEqual([
      "a.ts:5:16 unknown key 'schedul' on DAG 'team.a'; did you mean 'schedule'?",
      "a.ts:6:15 'retries' on task 'a' must be a whole number from 0 to 1000, not -1",
      "a.ts:7:5 task 'b' waits for 'c', which is not a task of this DAG; did you mean 'a'?",
    ])
  })

  it('is told problems of an imported helper at the line of the helper', async () => {
    const outcome = await evaluate({
      'a.ts': `${IMPORT}import { add } from './lib/add.js'\nexport default dag('a', { defaults: { image: 'i' } }, d => { add(d) })`,
      'lib/add.ts': "import type { TaskScope } from 'longshore'\n\nexport function add(d: TaskScope): void {\n  d.task('x', { queue: '!' })\n}\n",
    })
    expect(problems(outcome)[0]).toMatch(/^lib\/add\.ts:4:5 'queue' on task 'x' must be/)
  })

  it('that throws is told where in its source', async () => {
    expect(problems(await evaluate({ 'a.ts': `${IMPORT}type T = string\n\nconst x: T | undefined = undefined\nexport default dag(x!.length, {}, () => {})` }))).toEqual([
      "a.ts:5:23 TypeError: Cannot read properties of undefined (reading 'length')",
    ])
    expect(problems(await evaluate({ 'a.ts': '\nthrow "text"' }))).toEqual(['a.ts:null:null threw text'])
  })

  it('with syntax errors is told all of them', async () => {
    const outcome = await evaluate({ 'a.ts': "const x = ;\nexport default 5\nconst y: = 'z'" })
    expect(problems(outcome)[0]).toBe('a.ts:1:11 Unexpected ";"')
  })

  it('with a broken import names it, and still depends on the helper', async () => {
    expect(problems(await evaluate({ 'a.ts': "import './gone.js'" }))).toEqual(['a.ts:1:8 Could not resolve "./gone.js"'])
    const outcome = await evaluate({ 'a.ts': "import './b.js'", 'b.ts': 'const = 1' })
    expect(problems(outcome)[0]).toMatch(/^b\.ts:1:7 /)
    expect(outcome.inputs.map(path => path.replace(`${outcome.folder}/`, ''))).toEqual(['a.ts', 'b.ts'])
  })

  it('that defines a DAG and forgets to export it is refused', async () => {
    expect(problems(await evaluate({ 'a.ts': `${IMPORT}\nconst forgotten = ${one('team.a')}` }))).toEqual([
      "a.ts:3:19 DAG 'team.a' is defined but not exported; write 'export default dag(…)' or 'export const …'",
    ])
  })

  it('that exports a promise, waits at its top level or asks for import.meta is refused', async () => {
    expect(problems(await evaluate({ 'a.ts': `${IMPORT}export default Promise.resolve(${one('a')})` }))).toContain(
      "a.ts:null:null the export 'default' is a promise; DAG files are evaluated at once, without waiting",
    )
    expect(problems(await evaluate({ 'a.ts': 'await 1\nexport {}' }))[0]).toMatch(/^a\.ts:1:1 Top-level await/)
    expect(problems(await evaluate({ 'a.ts': 'export const here = import.meta.url' }))[0]).toMatch(/^a\.ts:1:21 import\.meta has no meaning in a DAG file/)
  })

  it('with two DAGs of one id is refused', async () => {
    expect(problems(await evaluate({ 'a.ts': `${IMPORT}export default [${one('a')},\n${one('a')}]` }))).toEqual(["a.ts:3:1 this file has two DAGs 'a'; give one of them another id"])
  })
})

describe('a YAML file', () => {
  it('gives its DAGs', async () => {
    const outcome = await evaluate({ 'a.yaml': 'dag: a\ntasks: { x: { image: i } }\n' })
    expect([ids(outcome), outcome.inputs]).toEqual([['a'], [join(outcome.folder, 'a.yaml')]])
  })

  it('is told the place of problems', async () => {
    expect(problems(await evaluate({ 'a.yml': 'dag: a\ntasks:\n  x: { image: i, retrys: 1 }\n' }))).toEqual(["a.yml:3:18 unknown key 'retrys' on task 'x'; did you mean 'retries'?"])
    expect(problems(await evaluate({ 'a.yml': 'dag: a\ntasks: { x: { image: i } }\n---\ndag: a\ntasks: { x: { image: i } }\n' }))).toEqual(["a.yml:4:1 this file has two DAGs 'a'; give one of them another id"])
  })
})

describe('other files', () => {
  it('are refused with the kinds that are not', async () => {
    expect(problems(await evaluate({ 'a.txt': 'x' }))).toEqual(['a.txt:null:null the file cannot be evaluated: a DAG file ends in .ts, .mts, .js, .mjs, .yaml or .yml'])
  })

  it('that are not there are a problem, not a crash', async () => {
    expect((await evaluateFile('/nowhere/a.yaml', 1_000)).ok).toBe(false)
    expect((await evaluateFile('/nowhere/a.ts', 1_000)).ok).toBe(false)
  })
})
