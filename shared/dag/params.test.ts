import { describe, expect, it } from 'vitest'
import type { ParamSpec } from './model.js'
import { resolveParams } from './params.js'

const specs: Record<string, ParamSpec> = {
  region: { type: 'string', default: 'eu', enum: ['eu', 'us'] },
  days: { type: 'integer', minimum: 1, maximum: 31 },
  tag: { type: 'string', default: 'v1', pattern: '^v\\d+$' },
}

describe('the params of a run', () => {
  it('are what was given, completed by defaults', () => {
    expect(resolveParams(specs, { days: 7 })).toEqual({ region: 'eu', days: 7, tag: 'v1' })
    expect(resolveParams(specs, { days: 7, region: 'us' })).toEqual({ region: 'us', days: 7, tag: 'v1' })
  })

  it.each([
    [{}, "param 'days' is required"],
    [{ days: '7' }, "param 'days' must be of type integer, not '7'"],
    [{ days: 0 }, "param 'days' must be at least 1, not 0"],
    [{ days: 32 }, "param 'days' must be at most 31, not 32"],
    [{ days: 1.5 }, "param 'days' must be of type integer, not 1.5"],
    [{ days: 1, region: 'asia' }, "param 'region' must be one of 'eu', 'us', not 'asia'"],
    [{ days: 1, tag: 'latest' }, "param 'tag' must match ^v\\d+$, not be 'latest'"],
    [{ days: 1, regoin: 'eu' }, "there is no param 'regoin'; did you mean 'region'?"],
  ])('are refused when they are %j', (given, message) => {
    expect(() => resolveParams(specs, given)).toThrow(expect.objectContaining({ code: 'LS_PARAMS_INVALID', message }))
  })

  it('are refused when their pattern could be tried for ever', () => {
    const started = performance.now()
    expect(() => resolveParams({ name: { type: 'string', pattern: '^(a+)+$' } }, { name: `${'a'.repeat(60)}!` })).toThrow("param 'name' could not be held against ^(a+)+$ in time")
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(resolveParams({ name: { type: 'string', pattern: '^(a+)+$' } }, { name: 'aaa' })).toEqual({ name: 'aaa' })
  })

  it('are refused with everything that is wrong', () => {
    expect(() => resolveParams(specs, { x: 1, tag: 2 })).toThrow("there is no param 'x'; param 'days' is required; param 'tag' must be of type string, not 2")
  })
})
