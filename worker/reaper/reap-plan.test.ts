import { describe, expect, it } from 'vitest'
import { MOST_KEPT, reapPlan, type Remnant } from './reap-plan.js'

const NOW = 1_000_000
const remnant = (attempt: string | null, keptUntil: number | null = null): Remnant => ({ key: `container ${attempt ?? '-'} ${keptUntil ?? ''}`, attempt, keptUntil })
const ask = (remnants: readonly Remnant[], suspects: readonly Remnant[] = [], known: readonly string[] = []) =>
  reapPlan({ remnants, suspects: new Set(suspects.map(({ key }) => key)), isKnown: id => known.includes(id), now: NOW })

describe('what is left of an attempt', () => {
  it('is removed at the second look at which nobody needs it, not at the first', () => {
    const stray = remnant('1.1')
    const first = ask([stray])
    expect(first.remove).toEqual([])
    expect([...first.suspects]).toEqual([stray.key])
    expect(ask([stray], [stray]).remove).toEqual([stray])
  })

  it('is never removed while the attempt is known, also when it was not at the look before', () => {
    const starting = remnant('1.1')
    expect(ask([starting], [starting], ['1.1'])).toEqual({ remove: [], suspects: new Set() })
  })

  it('is suspected anew when it was needed in between', () => {
    const stray = remnant('1.1')
    const between = ask([stray], [stray], ['1.1'])
    expect(reapPlan({ remnants: [stray], suspects: between.suspects, isKnown: () => false, now: NOW }).remove).toEqual([])
  })
})

describe('what is kept on purpose', () => {
  it('stays until its time, with what else there is of its attempt, and goes then at the first look', () => {
    const [kept, directory] = [remnant('1.1', NOW + 1), { key: 'directory 1.1', attempt: '1.1', keptUntil: null }]
    expect(ask([kept, directory], [directory])).toEqual({ remove: [], suspects: new Set() })
    const over = remnant('1.1', NOW)
    expect(ask([over, directory], [directory]).remove).toEqual([over, directory])
  })

  it('is at most a hundred: those with the least time left go first', () => {
    const kept = Array.from({ length: MOST_KEPT + 2 }, (_, index) => remnant(`${index + 1}.1`, NOW + 1 + index))
    expect(ask(kept).remove.map(({ attempt }) => attempt)).toEqual(['1.1', '2.1'])
  })
})
