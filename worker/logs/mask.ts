import { parseJson } from '../../shared/parse-json.js'
import { formsOf } from '../secrets/forms.js'
import { Automaton } from './automaton.js'
import { Coverage } from './coverage.js'

/** Puts `***` in the place of secret values, in all their forms. */
export class Mask {
  readonly patterns: Automaton

  private constructor(forms: readonly string[]) {
    this.patterns = new Automaton(forms)
  }

  /** Null when there is nothing to mask. */
  static of(values: Iterable<string>): Mask | null {
    const forms = [...new Set([...values].flatMap(formsOf))]
    return forms.length === 0 ? null : new Mask(forms)
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
