import { expect, it } from 'vitest'
import { keptName, keptUntil } from './kept-name.js'

it('the name of a kept container says until when, to the second, and never earlier than asked', () => {
  const until = Date.UTC(2026, 0, 2, 3, 4, 5, 6)
  const name = keptName('longshore-0a1b2c3d-12.1', until)
  expect(name).toBe('longshore-0a1b2c3d-12.1-kept-until-20260102T030406Z')
  expect(keptUntil(name)).toBe(Date.UTC(2026, 0, 2, 3, 4, 6))
})

it.each(['longshore-0a1b2c3d-12.1', 'longshore-0a1b2c3d-12.1-kept-until-tomorrow', 'kept-until-20260102T030406Z-not'])('%s is not the name of a kept container', name => {
  expect(keptUntil(name)).toBeNull()
})
