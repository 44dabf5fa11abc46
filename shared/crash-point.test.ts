import { expect, it } from 'vitest'
import { parseCrashPoint } from './crash-point.js'

it.each([
  ['', null], ['worker.after-claim', { name: 'worker.after-claim', remaining: 1 }], ['worker.after-claim:3', { name: 'worker.after-claim', remaining: 3 }], ['worker.after-claim:no', null],
])('%j arms %j', (text, armed) => {
  expect(parseCrashPoint(text)).toEqual(armed)
})
