import { expect, it } from 'vitest'
import { classifyPullFailure } from './pull-failure.js'
import { registryOf } from './image-reference.js'

it.each([
  ['manifest for registry:5000/etl:9 not found: manifest unknown: manifest unknown', 'image_missing'],
  ['manifest unknown', 'image_missing'],
  ['invalid reference format: repository name must be lowercase', 'image_missing'],
  ["pull access denied for nowhere/etl, repository does not exist or may require 'docker login'", 'pull_denied'],
  ['Get "http://registry:5000/v2/etl/manifests/1": no basic auth credentials', 'pull_denied'],
  ['unauthorized: authentication required', 'pull_denied'],
  ['Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'pull_failed'],
  ['Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host', 'pull_failed'],
  ['no progress for 60 s', 'pull_failed'],
  ['toomanyrequests: You have reached your pull rate limit', 'pull_failed'],
])('%s → %s', (message, reason) => {
  expect(classifyPullFailure(message)).toBe(reason)
})

it.each([
  ['etl:1', 'https://index.docker.io/v1/'], ['team/etl', 'https://index.docker.io/v1/'], ['registry:5000/etl', 'registry:5000'], ['ghcr.io/team/etl:1', 'ghcr.io'], ['localhost/etl', 'localhost'],
])('%s comes from %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry)
})
