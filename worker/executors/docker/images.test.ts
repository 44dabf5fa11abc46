import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { until } from '../../../test/harness/wait.js'
import { createLog } from '../../../shared/log.js'
import { WorkerEvents } from '../../worker-events.js'
import type { DockerApi } from './docker-api.js'
import { Images } from './images.js'

const absent = Object.assign(new Error('no such image'), { statusCode: 404 })
const never = new AbortController().signal

/** A Docker that has no image and pulls as the test says. */
class FakeDocker {
  pulls = 0
  aborted = 0

  constructor(private readonly answer: (pull: number) => Readable) {}

  readonly calls = { getImage: () => ({ inspect: () => Promise.reject(absent) }) }
  readonly streams = {
    pull: (_: string, { abortSignal }: { abortSignal: AbortSignal }) => {
      this.pulls += 1
      abortSignal.addEventListener('abort', () => { this.aborted += 1 }, { once: true })
      return Promise.resolve(this.answer(this.pulls))
    },
  }
}

const lines = (...values: object[]): Readable => Readable.from(values.map(value => `${JSON.stringify(value)}\n`))
const silent = (): Readable => new Readable({ read() {} })
const images = (docker: FakeDocker, stallTimeout = 5_000): Images =>
  new Images({ docker: docker as unknown as DockerApi, events: new WorkerEvents(), log: createLog('silent', 'test'), checkEvery: 10_000, stallTimeout, retryAfter: [1, 1] })

describe('pulling an image', () => {
  it('happens once for all who wait for it', async () => {
    const docker = new FakeDocker(() => lines({ status: 'Downloading' }, { status: 'Pull complete' }))
    const store = images(docker)
    await Promise.all([store.ensure('etl', 'missing', never), store.ensure('etl:latest', 'missing', never), store.ensure('etl', 'always', never)])
    expect(docker.pulls).toBe(1)
    await store.ensure('etl', 'always', never)
    expect(docker.pulls).toBe(2)
  })

  it('is aborted when the last who waits has left, and not before', async () => {
    const docker = new FakeDocker(silent)
    const store = images(docker)
    const [one, two] = [new AbortController(), new AbortController()]
    const waits = [store.ensure('etl', 'missing', one.signal), store.ensure('etl', 'missing', two.signal)]
    await until(() => docker.pulls === 1)
    one.abort(new Error('one left'))
    await expect(waits[0]).rejects.toThrow('one left')
    expect(docker.aborted).toBe(0)
    two.abort(new Error('two left'))
    await expect(waits[1]).rejects.toThrow('two left')
    expect(docker.aborted).toBe(1)
  })

  it('reports what the stream says was wrong, also after lines that are not JSON', async () => {
    const docker = new FakeDocker(() => Readable.from(['not JSON\n', '{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}\n']))
    await expect(images(docker).ensure('etl', 'missing', never)).rejects.toMatchObject({ reason: 'image_missing' })
    expect(docker.pulls).toBe(1)
  })

  it('is repeated while the registry cannot be reached, and succeeds when it can', async () => {
    const docker = new FakeDocker(pull => pull < 3 ? lines({ error: 'dial tcp: connection refused' }) : lines({ status: 'Pull complete' }))
    await images(docker).ensure('etl', 'missing', never)
    expect(docker.pulls).toBe(3)
  })

  it('that makes no progress is given up', async () => {
    const docker = new FakeDocker(silent)
    await expect(images(docker, 20).ensure('etl', 'missing', never)).rejects.toMatchObject({ reason: 'pull_failed', message: expect.stringContaining('no progress') as string })
    expect(docker.aborted).toBe(3)
  })

  it('does not happen for what is no name', async () => {
    const docker = new FakeDocker(silent)
    await expect(images(docker).ensure('etl/../../info', 'missing', never)).rejects.toMatchObject({ reason: 'image_missing', message: '"etl/../../info" is no name of an image' })
    expect(docker.pulls).toBe(0)
  })

  it('does not happen when the task forbids it', async () => {
    const docker = new FakeDocker(silent)
    await expect(images(docker).ensure('etl', 'never', never)).rejects.toMatchObject({ reason: 'image_missing' })
    expect(docker.pulls).toBe(0)
  })
})
