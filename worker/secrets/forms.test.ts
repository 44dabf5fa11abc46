import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mask } from '../logs/mask.js'
import { formsOf } from './forms.js'

const mask = (value: string, text: string): string => Mask.of([value])?.text(text) ?? text
const value = fc.string({ unit: 'binary', minLength: 12, maxLength: 60 }).filter(text => !/[\0\n]/.test(text) && text.trim().length >= 12)

describe('a secret is masked', () => {
  it.each<[string, (text: string) => string]>([
    ['as it is', text => text],
    ['as a JSON text', text => JSON.stringify(text).slice(1, -1)],
    ['in an address', encodeURIComponent],
    ['in base64', text => Buffer.from(text).toString('base64')],
    ['in base64 for addresses', text => Buffer.from(text).toString('base64url')],
  ])('%s, whatever it is', (_, written) => {
    fc.assert(fc.property(value, text => { expect(mask(text, `<${written(text)}>`)).toBe('<***>') }))
  })

  it('in base64 of something longer, but for the letters that it shares with its neighbours', () => {
    const secret = 'correct horse battery staple'
    for (const before of ['', 'u', 'us', 'user:']) {
      const written = Buffer.from(`${before}${secret}\n`).toString('base64')
      expect(mask(secret, written).replace('***', '').length, before).toBeLessThanOrEqual(14)
    }
  })

  it('line by line, with indented lines, and when base64 breaks its lines', () => {
    const secret = `-----BEGIN KEY-----\n${'abcdefghijklmnop'.repeat(4)}\nxy\n-----END KEY-----`
    expect(mask(secret, `  ${'abcdefghijklmnop'.repeat(4)}`)).toBe('  ***')
    expect(mask(secret, secret)).toBe('***\n***\n***\n***')
    expect(mask(secret, 'xy')).toBe('xy')
    const broken = Buffer.from(secret).toString('base64').replace(/.{76}/g, '$&\n')
    expect(mask(secret, broken)).toMatch(/^(\*\*\*=*\n?)+$/)
  })

  it('only when it has four characters or more', () => {
    expect(formsOf('abc')).toEqual([])
    expect(mask('abcd', 'abcd abc')).toBe('*** abc')
    expect(formsOf('  a   ')).toEqual([])
  })
})
