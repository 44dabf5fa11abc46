import { expect, it } from 'vitest'
import { removable, type Surroundings } from './removable.js'

const HOUR = 3_600_000
const image = (name: string, usedAt: number) => ({ reference: `${name}@sha256:1`, tags: [`${name}:1`], usedAt })
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  now: 10 * HOUR, inContainers: new Set(), needed: new Set(), idOf: new Map(['a', 'b', 'c'].map(name => [`${name}@sha256:1`, `id-${name}`])), ...more,
})
const names = (more?: Partial<Surroundings>): string[] =>
  removable([image('a', 3 * HOUR), image('b', HOUR), image('c', 2 * HOUR)], around(more)).map(({ reference }) => reference.charAt(0))

it('what was not needed for longest comes first', () => {
  expect(names()).toEqual(['b', 'c', 'a'])
})

it('what any container is made of is left out, also when it has other names that would let Docker take this one', () => {
  expect(names({ inContainers: new Set(['id-b']) })).toEqual(['c', 'a'])
})

it('what is needed soon is left out, by tag or by digest', () => {
  expect(names({ needed: new Set(['b:1', 'c@sha256:1']) })).toEqual(['a'])
})

it('what was needed in the last ten minutes is left out, and so is what was needed in the future, by a clock that was set back', () => {
  expect(names({ now: 3 * HOUR + 60_000 })).toEqual(['b', 'c'])
  expect(names({ now: HOUR })).toEqual([])
})

it('what is not here is left out', () => {
  expect(names({ idOf: new Map([['a@sha256:1', 'id-a']]) })).toEqual(['a'])
})
