import fc from 'fast-check'
import { expect, it } from 'vitest'
import { logPath } from './payload.js'

it('two attempts never share a log, and no name leads out of its folder', () => {
  const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', ':', '_', '.', '/', '\\', ' ', 'é', '=', '%') })
  fc.assert(fc.property(name, name, name, name, (run, task, otherRun, otherTask) => {
    const [one, other] = [logPath('d', run, task, -1, 1), logPath('d', otherRun, otherTask, -1, 1)]
    expect(one === other).toBe(run === otherRun && task === otherTask)
    expect(one.split('/')).toHaveLength(4)
    expect(one.split('/').every(part => !/^\.*$/.test(part))).toBe(true)
  }))
})
