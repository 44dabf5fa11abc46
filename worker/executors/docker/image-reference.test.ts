import { expect, it } from 'vitest'
import { isReference } from './image-reference.js'

it.each(['etl', 'etl:1.0', 'Docker.io/library/etl:latest', 'registry:5000/team/etl_x@sha256:0123abcd', '[::1]:5000/etl', 'sha256:0123', 'a__b/c--d:1..2'])('%s can be the name of an image', name => {
  expect(isReference(name)).toBe(true)
})

it.each(['', ':1', 'etl 1', 'größe', '../containers/json', 'etl/../../info', '/etl', 'etl/', 'etl?all=1', 'etl%2f', 'etl\n', '-etl'])('%j cannot', name => {
  expect(isReference(name)).toBe(false)
})
