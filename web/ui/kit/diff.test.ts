import { expect, it } from 'vitest'
import { diffLines } from './diff.js'

const lines = (...texts: readonly string[]): string => texts.join('\n')
const shown = (before: string, after: string): string[] => diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-', gap: '~' }[kind]}${text}`)

it('a diff tells what became of each line, and folds what stayed', () => {
  expect(shown(lines('a', 'b', 'c'), lines('a', 'x', 'c'))).toEqual([' a', '-b', '+x', ' c'])
  expect(shown(lines('a', 'b', 'c', 'd'), lines('a', 'c', 'd', 'e'))).toEqual([' a', '-b', ' c', ' d', '+e'])
  expect(shown(lines('1', '2', '3', '4', '5', '6', 'x'), lines('1', '2', '3', '4', '5', '6', 'y'))).toEqual(['~… 3 lines that are the same', ' 4', ' 5', ' 6', '-x', '+y'])
  expect(shown('same', 'same')).toEqual(['~… 1 lines that are the same'])
})
