import { expect, it } from 'vitest'
import { bytesText } from './bytes.js'

it.each([
  [0, '0 B'], [1023, '1023 B'], [1024, '1 KiB'], [1.5 * 1024 ** 3, '1.5 GiB'], [512 * 1024 ** 2, '512 MiB'], [512 * 1024 ** 2 - 1, '511 MiB'], [64 * 1024 ** 3, '64 GiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})
