import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DagFileOutcome } from '../../shared/dag/model.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { until } from '../../test/harness/wait.js'
import { EvaluatorPool, type EvaluatorPoolOptions } from './evaluator-pool.js'
import { validateFile } from './validate-file.js'

// In dist, because its imports are packages of this repository; built here, so that the test never runs an old one.
const entry = fileURLToPath(new URL(`../../dist/test/evaluator-${randomUUID()}.mjs`, import.meta.url))
const source = fileURLToPath(new URL('./evaluator.ts', import.meta.url))
beforeAll(() => build({ entryPoints: [source], outfile: entry, bundle: true, packages: 'external', platform: 'node', format: 'esm' }))
afterAll(() => rmSync(entry, { force: true }))

const pools: EvaluatorPool[] = []
afterEach(async () => {
  await Promise.all(pools.splice(0).map(pool => pool.stop()))
})

function makePool(options: Partial<EvaluatorPoolOptions> = {}): EvaluatorPool {
  const pool = new EvaluatorPool({ size: 1, timeoutMs: 10_000, memoryBytes: 128 * 1024 * 1024, entry, ...options })
  pools.push(pool)
  return pool
}
function dagFile(body: string, name = 'a.ts'): string {
  const file = join(tempDir('dags'), name)
  writeFileSync(file, `import { dag } from 'longshore'\n${body}\nexport default dag('a', { description: String(globalThis.said ?? process.pid), defaults: { image: 'i' } }, d => { d.task('x') })\n`)
  return file
}
const message = (outcome: DagFileOutcome): string => (outcome.ok ? 'ok' : outcome.problems.map(problem => problem.message).join('\n'))
const description = (outcome: DagFileOutcome): string | null => (outcome.ok ? outcome.dags[0]?.spec.description ?? null : message(outcome))

describe('the evaluator pool', () => {
  it('evaluates many files in one process', async () => {
    const pool = makePool()
    const first = description(await pool.evaluate(dagFile('')))
    expect(Number(first)).not.toBe(process.pid)
    expect(description(await pool.evaluate(dagFile('')))).toBe(first)
  })

  it('evaluates files at once in as many processes as it may have', async () => {
    const pool = makePool({ size: 2 })
    const pids = await Promise.all([1, 2, 3, 4].map(async () => description(await pool.evaluate(dagFile('')))))
    expect(new Set(pids).size).toBe(2)
  })

  it('gives a DAG file no credentials', async () => {
    process.env.LONGSHORE_DATABASE_URL = 'mysql://user:secret@host/db'
    const outcome = await makePool().evaluate(dagFile('globalThis.said = JSON.stringify(Object.keys(process.env).sort())'))
    delete process.env.LONGSHORE_DATABASE_URL
    expect(description(outcome)).toBe('["HOME","NODE_ENV","PATH","TZ"]')
  })

  it('lets a DAG file print what it likes', async () => {
    const outcome = await makePool().evaluate(dagFile("console.log('{\"outcome\":1}'); console.error('x'.repeat(1e6)); process.stdout.write('y'.repeat(1e6))"))
    expect(message(outcome)).toBe('ok')
  })

  it('kills a file that takes too long, says so, and serves the next one', async () => {
    const pool = makePool({ timeoutMs: 1_500 })
    const [endless, next] = await Promise.all([pool.evaluate(dagFile('for (;;) {}')), pool.evaluate(dagFile(''))])
    expect(message(endless)).toMatch(/^evaluating the file took longer than 1s500ms \(LS_DAG_TIMEOUT\)\. Find the endless loop/)
    expect(message(next)).toBe('ok')
  })

  it('kills a file that takes too much heap', async () => {
    const outcome = await makePool({ timeoutMs: 25_000 }).evaluate(dagFile('const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length))'))
    expect(message(outcome)).toMatch(/^evaluating the file took more than 128 MiB of memory \(LS_DAG_MEMORY\)/)
  })

  it('kills a file that takes too much memory beside the heap', async () => {
    const outcome = await makePool({ timeoutMs: 25_000 }).evaluate(dagFile('const hoard = []; for (;;) { hoard.push(Buffer.alloc(4e6, 1)); const until = Date.now() + 5; while (Date.now() < until); }'))
    expect(message(outcome)).toMatch(/LS_DAG_MEMORY/)
  })

  it('reports a file that ends its process', async () => {
    expect(message(await makePool().evaluate(dagFile('process.exit(3)')))).toBe('evaluating the file ended its process (exit code 3)')
    expect(message(await makePool().evaluate(dagFile("process.nextTick(() => { throw new Error('later') }); const until = Date.now() + 50; while (Date.now() < until);")))).toMatch(/ok|Error: later/)
  })

  it('does not charge a file with what an earlier one left behind', async () => {
    const pool = makePool()
    await pool.evaluate(dagFile("setTimeout(() => process.exit(4), 1)"))
    expect(message(await pool.evaluate(dagFile('const until = Date.now() + 30; while (Date.now() < until);')))).toBe('ok')
  })

  it('lets idle processes end', async () => {
    const pool = makePool({ idleMs: 50 })
    const pid = Number(description(await pool.evaluate(dagFile(''))))
    await until(() => !isAlive(pid), { describe: 'the idle process to end' })
    expect(message(await pool.evaluate(dagFile('')))).toBe('ok')
  })

  it('stops before it started, twice, and in the middle of an evaluation', async () => {
    const pool = makePool()
    const evaluation = pool.evaluate(dagFile('for (;;) {}'))
    await pool.stop()
    await pool.stop()
    expect(message(await evaluation)).toBe('the DAG processor was stopped before the file was evaluated')
    expect(message(await pool.evaluate(dagFile('')))).toBe('the DAG processor was stopped before the file was evaluated')
  })

  it('validates one file with a pool of its own', async () => {
    expect(message(await validateFile(dagFile(''), { size: 1, timeoutMs: 10_000, memoryBytes: 2 ** 27, entry }))).toBe('ok')
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
