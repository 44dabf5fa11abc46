import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, Workbench } from './terraform.js'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const modules = readdirSync(join(ROOT, 'modules'))
const bench = new Workbench()

beforeAll(() => bench.start())
afterAll(() => { bench.stop() })

test('the configuration is formatted as Terraform formats it', async () => {
  expect(await bench.run('.', ['fmt', '-check', '-recursive', '-diff'])).toMatchObject({ code: 0, stdout: '' })
})

describe.each(modules)('the module %s', module => {
  const folder = `modules/${module}`

  test('keeps what its own tests promise', async () => {
    await bench.must(folder, ['init', '-no-color', '-backend=false'])
    const { code, stdout, stderr } = await bench.run(folder, ['test', '-no-color'])
    expect(code, `${stdout}\n${stderr}`).toBe(0)
  })
})
