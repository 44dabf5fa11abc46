import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../harness/temp-dir.js'

const WAREHOUSE = resolve(import.meta.dirname, '../../examples/scripts/lib/warehouse.mjs')

/** Runs code that has the table `t` in a process of its own; what it prints is JSON. */
async function withTable(out: string, code: string, attempt = '1.1'): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `import { openTable } from ${JSON.stringify(WAREHOUSE)}; const t = openTable('numbers'); ${code}`], {
    env: { OUT: out, LONGSHORE_ATTEMPT: attempt }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [exitCode] = (await once(child, 'close')) as [number]
  if (exitCode !== 0) throw new Error(stderr)
  return stdout === '' ? null : JSON.parse(stdout)
}

it('loses no row when several loads commit at once', async () => {
  const out = tempDir('warehouse')
  const writers = [1, 2, 3]
  await Promise.all(writers.map(writer => withTable(out, `for (let n = 0; n < 10; n++) t.upsert([{ key: '${writer}-' + n }], row => row.key, 'test')`, `${writer}.1`)))
  expect(await withTable(out, 'console.log(JSON.stringify([t.latest(), t.read(t.latest()).length]))')).toEqual([30, 30])
  const files = readdirSync(join(out, 'warehouse/numbers'), { recursive: true }) as string[]
  expect(files.filter(file => file.endsWith('.part'))).toEqual([])
})

it('replaces rows that have the same key, and notices a damaged file', async () => {
  const out = tempDir('warehouse')
  await withTable(out, "t.upsert([{ key: 'a', n: 1 }, { key: 'b', n: 1 }], row => row.key, 'test'); t.upsert([{ key: 'a', n: 2 }], row => row.key, 'test')")
  expect(await withTable(out, 'console.log(JSON.stringify(t.read(2)))')).toEqual([{ key: 'a', n: 2 }, { key: 'b', n: 1 }])
  const folder = join(out, 'warehouse/numbers')
  for (const file of readdirSync(folder).filter(name => name.startsWith('data-'))) writeFileSync(join(folder, file), '{"key":"a"}\n')
  await expect(withTable(out, 't.read(2)')).rejects.toThrow('is damaged')
})
