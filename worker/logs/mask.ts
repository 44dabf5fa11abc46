import { createHash } from 'node:crypto'
import { parseJson } from '../../shared/parse-json.js'
import { formsOf } from '../secrets/forms.js'
import { Automaton } from './automaton.js'
import { Coverage } from './coverage.js'

/**
 * By a hash of their values. Tasks of one pool mostly share their secrets, and to build the mask of a key file takes 16 ms and 2 MB
 * (2,300 bytes of PEM, measured): 400 tasks with one of their own would hold up everything else and fill the memory.
 */
const inUse = new Map<string, WeakRef<Mask>>()

/** Puts `***` in the place of secret values, in all their forms. */
export class Mask {
  readonly patterns: Automaton

  private constructor(forms: readonly string[]) {
    this.patterns = new Automaton(forms)
  }

  /** Null when there is nothing to mask. */
  static of(values: Iterable<string>): Mask | null {
    const distinct = [...new Set(values)].sort()
    const key = createHash('sha256').update(JSON.stringify(distinct)).digest('hex')
    const known = inUse.get(key)?.deref()
    if (known !== undefined) return known
    const forms = [...new Set(distinct.flatMap(formsOf))]
    if (forms.length === 0) return null
    for (const [other, mask] of inUse) if (mask.deref() === undefined) inUse.delete(other)
    const mask = new Mask(forms)
    inUse.set(key, new WeakRef(mask))
    return mask
  }

  /** A text that is there as a whole. */
  text(text: string): string {
    const coverage = new Coverage(this.patterns)
    coverage.push(text)
    return coverage.mask(text, 0, 0)
  }

  /** A JSON text, which stays one: as it was when it holds no secret, else with masked texts and numbers. */
  json(text: string): string {
    let isMasked = false
    const masked = (part: string): string => {
      const safe = this.text(part)
      isMasked ||= safe !== part
      return safe
    }
    const mask = (value: unknown): unknown => {
      if (typeof value === 'string') return masked(value)
      if (typeof value === 'number') return masked(String(value)) === String(value) ? value : masked(String(value))
      if (Array.isArray(value)) return value.map(mask)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [masked(key), mask(part)]))
    }
    const safe = mask(parseJson(text))
    return isMasked || this.text(text) !== text ? JSON.stringify(safe) : text
  }
}
