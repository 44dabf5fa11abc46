import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasColour, paint } from '../../cli/output/colour.js'
import { plain, plainButColours, plainJson } from '../../cli/output/plain.js'
import { renderFields, renderTable } from '../../cli/output/table.js'
import { shown, shownDuration } from '../../cli/output/time.js'
import { readParams } from '../../cli/params.js'
import { describeError } from '../../cli/report-error.js'
import { problemLine } from '../../shared/views/problem-line.js'
import { scheduleText } from '../../shared/views/schedule-text.js'
import { LongshoreError } from '../../shared/errors.js'

afterEach(() => { vi.unstubAllEnvs() })

describe('tables', () => {
  it('align columns, keep empty cells, pad nothing at the end of a line, and never break a row', () => {
    const rows = [{ name: 'a', n: 5, why: 'first\nsecond' }, { name: 'longer', n: 1234, why: null }]
    const text = renderTable<(typeof rows)[number]>([
      { title: 'NAME', value: row => row.name }, { title: 'N', value: row => row.n, align: 'right' }, { title: 'WHY', value: row => row.why },
    ], rows)
    expect(text).toBe(['NAME       N  WHY', 'a          5  first second', 'longer  1234'].join('\n'))
  })

  it('leave out fields without a value', () => {
    expect(renderFields([['a', 'x'], ['longer', 3], ['gone', null], ['empty', '']])).toBe('a       x\nlonger  3')
  })
})

describe('colour', () => {
  it('is for terminals, and NO_COLOR switches it off', () => {
    expect(hasColour({ isTTY: true }, {})).toBe(true)
    expect(hasColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(hasColour({ isTTY: true }, { NO_COLOR: '' })).toBe(true)
    expect(hasColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
    expect(hasColour({ isTTY: false }, {})).toBe(false)
    expect(paint('text', 'red', { isTTY: false })).toBe('text')
  })
})

it('times and durations are shown with what people need of them', () => {
  expect(shown(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02 03:04:05Z')
  expect(shown(null)).toBe('')
  expect([0, 12.4, 999, 1_234, 59_940, 61_000, 3_725_000, null].map(shownDuration)).toEqual(['0 ms', '12 ms', '999 ms', '1.23 s', '59.9 s', '1 min 1 s', '1 h 2 min', ''])
})

it('a problem is shown as editors read it, with as much of its place as is known', () => {
  const problem = { file: 'a.yaml', line: 3, column: 5, dag: 'd', task: 't', message: 'is wrong' }
  expect(problemLine(problem)).toBe('a.yaml:3:5: [d/t] is wrong')
  expect(problemLine({ ...problem, column: null, task: null })).toBe('a.yaml:3: [d] is wrong')
  expect(problemLine({ ...problem, line: null, dag: null, task: null })).toBe('a.yaml: is wrong')
})

it('schedules are shown as they could have been written', () => {
  expect(scheduleText({ kind: 'none' })).toBeNull()
  expect(scheduleText({ kind: 'once' })).toBe('@once')
  expect(scheduleText({ kind: 'cron', expressions: ['0 1 * * *', '0 2 * * *'] })).toBe('0 1 * * * | 0 2 * * *')
  expect(scheduleText({ kind: 'interval', every: 90_000 })).toBe('1m30s')
})

describe('params', () => {
  it('are read as JSON where they are JSON, and as text otherwise', () => {
    expect(readParams(['n=5', 'name=five', 'on=true', 'list=[1]', 'equation=a=b', 'zip="01234"', 'empty='], undefined))
      .toEqual({ n: 5, name: 'five', on: true, list: [1], equation: 'a=b', zip: '01234', empty: '' })
    expect(readParams([], '{"a":{"b":1}}')).toEqual({ a: { b: 1 } })
  })

  it('that have another form are usage errors', () => {
    for (const wrong of ['novalue', '=x', 'n=1e999', 'n=[-1e999]']) expect(() => readParams([wrong], undefined)).toThrow(expect.objectContaining({ code: 'LS_USAGE' }))
    for (const wrong of ['[1]', 'null', '{', '"x"', '{"n":1e999}']) expect(() => readParams([], wrong)).toThrow(expect.objectContaining({ code: 'LS_USAGE' }))
  })
})

describe('text that tasks, servers and people have written', () => {
  const EVIL = 'a\u001b[2J\u001b]0;title\u0007\u009b31m\u202eb\r\u0000'

  it('never steers a terminal: what could is shown as an escape, in tables, fields and errors', () => {
    const shownEvil = 'a\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u202eb'
    expect(plain(EVIL)).toBe(`${shownEvil}\\u000d\\u0000`)
    expect(renderTable<string>([{ title: 'WHY', value: text => text }], [EVIL])).toBe(`WHY\n${shownEvil} \\u0000`)
    expect(renderFields([['why', EVIL]])).toBe(`why  ${shownEvil} \\u0000`)
    expect(describeError(new LongshoreError('LS_USAGE', EVIL, { hint: EVIL }))).not.toMatch(/\u001b|\u009b|\u0007/)
  })

  it('keeps what is text: letters of every script, tabs and line feeds', () => {
    expect(plain('Grüße, 東京, עברית\t🚢\n')).toBe('Grüße, 東京, עברית\t🚢\n')
  })

  it('keeps the colours of what was painted, and nothing else', () => {
    expect(plainButColours('\u001b[31mfailed\u001b[0m \u001b[2J')).toBe('\u001b[31mfailed\u001b[0m \\u001b[2J')
  })

  it('means the same in JSON', () => {
    const json = plainJson(JSON.stringify({ EVIL }))
    expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    expect(JSON.parse(json)).toEqual({ EVIL })
  })
})
