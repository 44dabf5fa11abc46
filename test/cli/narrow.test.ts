import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderFields, renderTable, type Column } from '../../cli/output/table.js'
import { hanging, lineWidth, wrap } from '../../cli/output/wrap.js'

interface Task { readonly name: string; readonly state: string; readonly tries: number; readonly box: string; readonly exit: string; readonly why: string }
const COLUMNS: readonly Column<Task>[] = [
  { title: 'TASK', value: ({ name }) => name }, { title: 'STATE', value: ({ state }) => state }, { title: 'TRIES', value: ({ tries }) => tries, align: 'right' },
  { title: 'CONTAINER', value: ({ box }) => box, isMinor: true }, { title: 'EXIT', value: ({ exit }) => exit, align: 'right' }, { title: 'WHY', value: ({ why }) => why },
]
const ROWS: readonly Task[] = [
  { name: 'load_all_orders', state: 'up_for_retry', tries: 2, box: 'c0ffee00c0ff', exit: '', why: 'exit code 3: the warehouse did not answer within ten seconds, and the table is locked' },
  { name: 'report', state: 'none', tries: 0, box: '', exit: '', why: '' },
]

describe('on a terminal of 80 columns', () => {
  it('a table leaves out what is empty or minor, and long cells go on below themselves', () => {
    expect(renderTable(COLUMNS, ROWS, 80).split('\n')).toEqual([
      'TASK             STATE         TRIES  WHY',
      'load_all_orders  up_for_retry      2  exit code 3: the warehouse did not answer',
      '                                      within ten seconds, and the table is',
      '                                      locked',
      'report           none              0',
    ])
  })

  it('a note that has no room beside the other columns stands below its row', () => {
    const columns = COLUMNS.map(column => (column.title === 'WHY' ? { ...column, isNote: true } : column))
    expect(renderTable(columns, [{ ...ROWS[0] as Task, name: 'load_all_orders_of_the_day_before' }, ...ROWS.slice(1)], 80).split('\n')).toEqual([
      'TASK                               STATE         TRIES',
      'load_all_orders_of_the_day_before  up_for_retry      2',
      '    exit code 3: the warehouse did not answer within ten seconds, and the table',
      '    is locked',
      'report                             none              0',
    ])
  })

  it('a table that fits is the same as on one of any width', () => {
    expect(renderTable(COLUMNS, ROWS.slice(1), 80)).toBe(renderTable(COLUMNS, ROWS.slice(1), Infinity))
    expect(renderTable(COLUMNS, ROWS.slice(1), 80)).toContain('CONTAINER')
  })

  it('no line of a table is longer than the terminal, and no character of what is shown is lost', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', ' '), maxLength: 90 }).map(text => text.trim().replace(/ +/g, ' '))
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 }), fc.integer({ min: 40, max: 120 }), (rows, width) => {
      const columns = [0, 1, 2].map((index): Column<readonly string[]> => ({ title: `T${index}`, value: row => row[index] }))
      const text = renderTable(columns, rows, width)
      expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(width)
      const letters = (shown: string): string => [...shown.replace(/[T\d\s]/g, '')].sort().join('')
      expect(letters(text)).toBe(letters(rows.flat().join('')))
    }))
  })

  it('numbers and short columns are never broken, even where there is no room for everything', () => {
    const wide = Array.from({ length: 14 }, (_, index): Column<number> => ({ title: `NUMBER${index}`, value: row => row, align: 'right' }))
    expect(renderTable(wide, [123_456], 80).split('\n')).toHaveLength(2)
  })

  it('a long value of a field goes on below its beginning', () => {
    expect(renderFields([['queues', Array.from({ length: 14 }, (_, index) => `queue-${index}`).join(', ')], ['id', 'x']], 80).split('\n')).toEqual([
      'queues  queue-0, queue-1, queue-2, queue-3, queue-4, queue-5, queue-6, queue-7,',
      '        queue-8, queue-9, queue-10, queue-11, queue-12, queue-13', 'id      x',
    ])
  })
})

it('text is broken at spaces, else at the marks of paths and ids, else anywhere, and never inside a character', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('s3://lake/orders/2026-01-02', 18)).toEqual(['s3://lake/orders/', '2026-01-02'])
  expect(wrap('x'.repeat(9), 4)).toEqual(['xxxx', 'xxxx', 'x'])
  expect(wrap('ab🚢🚢', 3).join('')).toBe('ab🚢🚢')
  expect(wrap('ab🚢🚢', 3)[0]).toBe('ab')
  expect(hanging('● ', 2, 'one two three four five', 22)).toBe('● one two three four\n  five')
})

it('lines are as long as the terminal, or as COLUMNS says, or as they like', () => {
  expect(lineWidth({ isTTY: true, columns: 100 }, { COLUMNS: '80' })).toBe(100)
  expect(lineWidth({ isTTY: false, columns: 100 }, { COLUMNS: '80' })).toBe(80)
  expect(lineWidth({ isTTY: false, columns: 100 }, {})).toBe(Infinity)
  expect(lineWidth({ isTTY: false, columns: 100 }, { COLUMNS: 'x' })).toBe(Infinity)
  expect(lineWidth({ isTTY: true, columns: 0 }, {})).toBe(Infinity)
  expect(lineWidth({ isTTY: true, columns: 3 }, {})).toBe(40)
})
