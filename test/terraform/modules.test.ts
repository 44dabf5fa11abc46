import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readmeOf } from './readme.js'
import { ROOT, Workbench } from './terraform.js'

const bench = new Workbench()

beforeAll(() => bench.start())
afterAll(() => { bench.stop() })

test('the configuration is formatted as Terraform formats it', async () => {
  expect(await bench.run('.', ['fmt', '-check', '-recursive', '-diff'])).toMatchObject({ code: 0, stdout: '' })
})

describe.each(readdirSync(join(ROOT, 'modules')))('the module %s', module => {
  const folder = `modules/${module}`

  test('keeps what its own tests promise', async () => {
    await bench.must(folder, ['init', '-no-color', '-backend=false'])
    const { code, stdout, stderr } = await bench.run(folder, ['test', '-no-color'])
    expect(code, `${stdout}\n${stderr}`).toBe(0)
  })

  // A plan sees what validate does not: names behind an index.
  test('has an example that can be planned', async () => {
    const example = `${folder}/examples/basic`
    if (!existsSync(bench.path(`${example}/versions.tf`))) copyFileSync(bench.path(`${folder}/versions.tf`), bench.path(`${example}/versions.tf`))
    await bench.must(example, ['init', '-no-color'])
    expect(await bench.plan(example, [])).not.toEqual([])
  })

  // After a change: npm run test:terraform -- -u
  test('has a README with its inputs and outputs', async () => {
    const path = join(ROOT, folder)
    await expect(readmeOf(path)).toMatchFileSnapshot(join(path, 'README.md'))
  })
})
