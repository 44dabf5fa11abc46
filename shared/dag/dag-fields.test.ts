import { describe, expect, it } from 'vitest'
import { messagesOf, specOf } from '../../test/harness/drafts.js'
import { compileDag } from './compile.js'
import { parseYamlDags } from './yaml.js'

const spec = (options: Record<string, unknown>) => specOf({ a: {} }, options)
const messages = (options: Record<string, unknown>) => messagesOf({ a: {} }, options)

describe('the deadline of a DAG', () => {
  it.each<[string | null, unknown]>([
    ['09:00', { kind: 'time', hour: 9, minute: 0 }], ['9:05', { kind: 'time', hour: 9, minute: 5 }], ['23:59', { kind: 'time', hour: 23, minute: 59 }],
    ['2h', { kind: 'after', delay: 7_200_000 }], ['1h30m', { kind: 'after', delay: 5_400_000 }], [null, null],
  ])('may be %j', (deadline, expected) => {
    expect(spec({ deadline }).deadline).toEqual(expected)
  })

  it.each<[unknown, string]>([['24:00', "'24:00'"], ['09:60', "'09:60'"], ['soon', "'soon'"], ['0s', "'0s'"], [9, '9']])('is not %j', (deadline, shown) => {
    expect(messages({ deadline })).toEqual([`'deadline' on DAG 'team.load' must be a time of day such as '09:00' or a duration such as '2h', not ${shown}`])
  })

  it('needs no quotes in YAML', () => {
    expect(parseYamlDags('dag: d\ndeadline: 09:00\ntasks: { a: { image: i } }\n', 'f.yaml').versions[0]?.spec.deadline).toEqual({ kind: 'time', hour: 9, minute: 0 })
  })
})

describe('the timeout of a DAG', () => {
  it('is a duration or none', () => {
    expect(spec({ timeout: '6h' }).timeout).toBe(21_600_000)
    expect(spec({ timeout: null }).timeout).toBeNull()
    expect(messages({ timeout: '0s' })).toEqual(["'timeout' on DAG 'team.load' must be longer than zero; zero does not mean unlimited, not '0s'"])
  })
})

describe('a schedule on assets', () => {
  it('means all of them, unless any is enough', () => {
    expect(spec({ schedule: { assets: ['b', 'a', 'b'] } }).schedule).toEqual({ kind: 'assets', assets: ['a', 'b'], when: 'all' })
    expect(spec({ schedule: { assets: ['a'], when: 'any' } }).schedule).toEqual({ kind: 'assets', assets: ['a'], when: 'any' })
    expect(parseYamlDags('dag: d\nschedule: { assets: [s3://lake/orders], when: any }\ntasks: { a: { image: i } }\n', 'f.yaml').versions[0]?.spec.schedule).toEqual({ kind: 'assets', assets: ['s3://lake/orders'], when: 'any' })
  })

  it.each<[Record<string, unknown>, string]>([
    [{ schedule: { assets: [] } }, "'schedule.assets' on DAG 'team.load' must be a list of at least one asset, not []"],
    [{ schedule: { assets: ['a b'] } }, "'schedule.assets[0]' on DAG 'team.load' must be the name of an asset: printable, without white space, at most 200 characters, not 'a b'"],
    [{ schedule: { assets: ['a'], when: 'some' } }, "'schedule.when' on DAG 'team.load' must be one of all, any, not 'some'"],
    [{ schedule: { asset: ['a'], assets: ['a'] } }, "'schedule' on DAG 'team.load' has an unknown key 'asset'; did you mean 'assets'?"],
    [{ schedule: { assets: ['a'] }, catchup: true, start: '2026-01-01' }, "'catchup' on DAG 'team.load' has no meaning for a schedule on assets: there are no intervals to catch up with"],
    [{ schedule: { assets: ['a'] }, params: { x: { type: 'string' } } }, "param 'x' on DAG 'team.load' needs a default: runs of a schedule are given no values"],
  ])('is refused: %j', (options, message) => {
    expect(messages(options)).toEqual([message])
  })
})

describe('ids of DAGs', () => {
  const problems = (id: string): string[] => {
    const locate = () => ({ file: 'f.ts', line: 1, column: 1 })
    const compiled = compileDag({ id, options: {}, tasks: [{ id: 'a', options: { image: 'i' }, after: [], locate }], locate })
    return compiled.ok ? [] : compiled.problems.map(({ message }) => message)
  }

  it("that begin with 'longshore.' are Longshore's own", () => {
    expect(problems('longshore.run')).toEqual(["the id 'longshore.run' is reserved: Longshore's own DAGs begin with 'longshore.'"])
    expect(problems('longshore')).toEqual([])
    expect(problems('longshore_team.run')).toEqual([])
  })
})
