import { describe, expect, it } from 'vitest'
import { ansiPieces, plainText } from './ansi.js'

const ESC = '\u001b'
const seen = (line: string) => ansiPieces(line).map(({ text, look, colour }) => [text, look, colour])

describe('colours of a terminal', () => {
  it('become classes, and end where they end', () => {
    expect(seen(`a ${ESC}[1;31merror${ESC}[0m b`)).toEqual([['a ', '', null], ['error', 'a-red a-bold', null], [' b', '', null]])
    expect(seen(`${ESC}[32mok${ESC}[39m done`)).toEqual([['ok', 'a-green', null], [' done', '', null]])
    expect(seen(`${ESC}[44mon blue${ESC}[m`)).toEqual([['on blue', 'a-on-blue', null]])
  })

  it('of the large palettes are kept', () => {
    expect(seen(`${ESC}[38;5;196mx${ESC}[38;2;1;2;300my${ESC}[38;5;1mz`)).toEqual([['x', '', 'rgb(255 0 0)'], ['y', '', 'rgb(1 2 255)'], ['z', 'a-red', null]])
  })

  it('leave nothing else of what a terminal would act upon', () => {
    expect(plainText(`${ESC}]0;title${ESC}\\${ESC}[2K${ESC}[1Ghello${ESC}]8;;http://x${ESC}\\link\u0000`)).toBe('hellolink')
    expect(plainText(`${ESC}[31`)).not.toContain(ESC)
  })

  it('and a progress bar is its last state', () => {
    expect(plainText('10 %\r50 %\r100 %\r')).toBe('100 %')
  })
})
