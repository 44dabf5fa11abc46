import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { tempDir } from '../../../test/harness/temp-dir.js'
import { DockerApi } from './docker-api.js'

it('a container is asked for with its name in the address, and nothing else of it', async () => {
  const socketPath = join(tempDir('docker-api'), 'sock')
  const asked: unknown[] = []
  const server = createServer((request, response) => void text(request).then(body => {
    asked.push([request.method, request.url, JSON.parse(body)])
    response.writeHead(201).end('{"Id":"abc"}')
  })).listen(socketPath)
  await once(server, 'listening')
  try {
    expect(await new DockerApi(`unix://${socketPath}`).createContainer({ name: 'one', Image: 'busybox', Env: ['PASSWORD=secret'] })).toBe('abc')
    expect(asked).toEqual([['POST', '/containers/create?name=one', { Image: 'busybox', Env: ['PASSWORD=secret'] }]])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
