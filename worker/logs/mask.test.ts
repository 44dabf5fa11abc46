import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Automaton } from './automaton.js'
import { Mask } from './mask.js'

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ä'), minLength: 1, maxLength: 6 })

describe('finding many patterns at once', () => {
  it('finds at every place the longest that ends there', () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\0'), maxLength: 60 }), (patterns, text) => {
      const automaton = new Automaton(patterns)
      let state = 0
      for (let end = 1; end <= text.length; end += 1) {
        state = automaton.step(state, text.charCodeAt(end - 1))
        const ending = text.slice(0, end)
        expect(automaton.found(state)).toBe(Math.max(0, ...patterns.filter(pattern => ending.endsWith(pattern)).map(({ length }) => length)))
        const begun = Array.from({ length: end }, (_, from) => ending.slice(from)).filter(rest => patterns.some(pattern => pattern.startsWith(rest)))
        expect(automaton.depth(state)).toBe(Math.max(0, ...begun.map(({ length }) => length)))
      }
    }))
  })

  it('takes time by the length of the text alone: a hundred secrets in ten megabytes, and repetitions that look like them', () => {
    const secrets = Array.from({ length: 100 }, (_, index) => `${'a'.repeat(500)}${String(index).padStart(20, 'b')}`)
    const mask = Mask.of(secrets) as Mask
    expect(mask.text('a'.repeat(5_000_000)).length).toBe(5_000_000)
    const line = 'the quick brown fox jumps over the lazy dog\n'
    const text = line.repeat(5_000_000 / line.length)
    expect(mask.text(text + secrets[7])).toBe(`${text}***`)
  }, 60_000)
})

describe('masking a text', () => {
  it('masks what overlaps as one, and keeps lines apart', () => {
    const mask = Mask.of(['abcdef', 'defghi', 'line1\nline2']) as Mask
    expect(mask.text('x abcdefghi y')).toBe('x *** y')
    expect(mask.text('line1\nline2\nline3')).toBe('***\n***\nline3')
  })

  it('is built once for all who mask the same values at the same time', () => {
    const mask = Mask.of(['first value', 'second value'])
    expect(Mask.of(['second value', 'first value', 'first value'])).toBe(mask)
    expect(Mask.of(['first value'])).not.toBe(mask)
    expect(mask?.text('a first value')).toBe('a ***')
  })

  it('has nothing to do without values', () => {
    expect(Mask.of([])).toBeNull()
    expect(Mask.of(['abc', ''])).toBeNull()
  })
})

describe('masking a result', () => {
  const mask = Mask.of(['p"ä\nssword', '1234']) as Mask

  it('leaves one without a secret as it was written', () => {
    const text = '{ "rows" : 7, "big": 98765432109876543210.0 }'
    expect(mask.json(text)).toBe(text)
  })

  it('masks texts, keys and numbers however they are escaped, and it stays JSON', () => {
    const text = '{"a":["x p\\"\\u00e4\\nssword"],"p\\u0022ä\\nssword":true,"n":51234,"m":1233}'
    expect(JSON.parse(mask.json(text))).toEqual({ 'a': ['x ***\n***'], '***\n***': true, 'n': '5***', 'm': 1233 })
  })
})
