import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../../test/harness/temp-dir.js'
import { readResult } from './result-file.js'

function place(): { task: Parameters<typeof readResult>[0]; file: string } {
  const directory = tempDir('result')
  mkdirSync(join(directory, 'output'))
  return { task: { attempt: '7.1', directory }, file: join(directory, 'output/result.json') }
}

it('reads JSON as it was written', async () => {
  const { task, file } = place()
  writeFileSync(file, '{ "rows": 7 }\n')
  expect(await readResult(task)).toEqual({ json: '{ "rows": 7 }\n', problem: null })
})

it.each([
  ['a missing file', () => {}, 'no result'],
  ['what is not JSON', (file: string) => writeFileSync(file, 'rows: 7'), 'not JSON'],
  ['a number that nobody could pass on', (file: string) => writeFileSync(file, '[1e999]'), 'too large'],
  ['a file that is too large', (file: string) => writeFileSync(file, JSON.stringify('x'.repeat(70_000))), 'more than'],
  ['a link to a file of the host', (file: string) => symlinkSync('/etc/hostname', file), 'symbolic link'],
  ['a directory', (file: string) => mkdirSync(file), 'not a file'],
  ['a FIFO that nobody writes to', (file: string) => execFileSync('mkfifo', [file]), 'not a file'],
])('does not trust %s', async (_, make, why) => {
  const { task, file } = place()
  make(file)
  const { json, problem } = await readResult(task)
  expect(json).toBeNull()
  expect(problem).toContain(why)
})
