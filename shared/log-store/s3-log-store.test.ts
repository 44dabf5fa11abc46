import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startS3, type S3FaultKind, type S3Server } from '../../test/harness/s3.js'
import { openLogStore } from './open-log-store.js'
import { parseS3Location } from './s3-location.js'
import { S3LogStore } from './s3-log-store.js'

let s3: S3Server
let prefixes = 0
beforeAll(async () => { s3 = await startS3() })

async function* of(...chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

describe('a log store of objects', () => {
  let store: S3LogStore
  beforeEach(() => { store = new S3LogStore(parseS3Location(s3.logStore(`faults/${prefixes += 1}`)), { timeoutMs: 500 }) })

  it.each<S3FaultKind>(['500', '503', 'slowdown', 'cut', 'lost', 'hang'])('repeats what fails with %s, until it succeeds', async kind => {
    await s3.fail({ match: '^PUT ', kind, times: 2 }, { match: '^GET .*parts/0', kind, times: 1 }, { match: '^GET .*list-type', kind, times: 1 }, { match: '^HEAD ', kind, times: 1 })
    await store.write('7.1', 0, Buffer.from('one\n'))
    await store.write('7.1', 4, Buffer.from('two\n'))
    expect((await store.read('7.1', 0, 100)).bytes.toString()).toBe('one\ntwo\n')
    expect(await store.size('7.1')).toBe(8)
  }, 20_000)

  it('uploads a large log although parts of it fail, and leaves no unfinished upload', async () => {
    const whole = Buffer.alloc(17 * 1024 * 1024, 'log\n')
    await s3.told()
    await s3.fail({ match: 'partNumber=2', kind: '503', times: 2 }, { match: 'partNumber=3', kind: 'cut', times: 1 }, { match: '^POST .*uploads', kind: 'slowdown', times: 1 })
    await store.replace('7.1', of(whole))
    const { requests, uploads } = await s3.told()
    expect(requests.filter(request => request.includes('partNumber=')).length).toBeGreaterThan(4)
    expect(uploads).toEqual([])
    expect((await store.read('7.1', 0, whole.length)).bytes.equals(whole)).toBe(true)
    await expect(store.replace('7.2', (async function* () {
      yield whole.subarray(0, 11e6)
      throw new Error('Docker went away')
    })())).rejects.toThrow('Docker went away')
    const after = await s3.told()
    expect(after.requests.some(request => request.includes('partNumber='))).toBe(true)
    expect(after.uploads).toEqual([])
  }, 60_000)

  it('reads on when an answer ends in its middle', async () => {
    await store.replace('7.1', of(Buffer.alloc(200_000, 'x')))
    await s3.fail({ match: '^GET .*7.1.log', kind: 'half', times: 2 })
    expect((await store.read('7.1', 0, 1e6)).bytes).toEqual(Buffer.alloc(200_000, 'x'))
  })

  it('outlives an outage', async () => {
    await store.write('7.1', 0, Buffer.from('before '))
    await s3.kill()
    const writing = store.write('7.1', 7, Buffer.from('after'))
    await s3.launch()
    await writing
    expect((await store.read('7.1', 0, 100)).bytes.toString()).toBe('before after')
  }, 20_000)

  it('keeps a log that grows in few objects, and one that is complete in a single one', async () => {
    const place = s3.logStore(`few/${prefixes += 1}`)
    const few = openLogStore(place)
    const line = Buffer.alloc(1_000, 'x')
    await s3.told()
    for (let at = 0; at < 200; at += 1) await few.write('7.1', at * 1_000, line)
    const puts = new Set((await s3.told()).requests.filter(request => request.startsWith('PUT')))
    expect(puts.size).toBeLessThan(6)
    expect(await few.size('7.1')).toBe(200_000)
    await few.replace('7.1', of(line))
    expect((await s3.told()).requests.filter(request => request.startsWith('DELETE')).length).toBe(puts.size)
  })

  it('says what it could not do, and why', async () => {
    const at = (change: (url: string) => string): S3LogStore => new S3LogStore(parseS3Location(change(s3.logStore('x'))))
    await expect(at(url => url.replace('//logs', '//elsewhere')).read('7.1', 0, 1)).rejects.toMatchObject({ code: 'LS_LOG_STORE', message: expect.stringMatching(/^cannot read s3:\/\/elsewhere\/x\/7\.1\.log at http.*NoSuchBucket/) })
    const secret = process.env['AWS_SECRET_ACCESS_KEY']
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong'
    await expect(at(url => url).write('7.1', 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'LS_LOG_STORE', message: expect.stringContaining('SignatureDoesNotMatch') })
    process.env['AWS_SECRET_ACCESS_KEY'] = secret
  })
})

describe('the setting logStore', () => {
  it('names bucket, prefix, endpoint and region', () => {
    expect(parseS3Location('s3://bucket/some/prefix/?endpoint=https%3A%2F%2Fs3.example.com&region=eu-1')).toEqual({
      bucket: 'bucket', prefix: 'some/prefix/', endpoint: 'https://s3.example.com', region: 'eu-1', pathStyle: true,
    })
    expect(parseS3Location('s3://bucket')).toEqual({ bucket: 'bucket', prefix: '', endpoint: null, region: null, pathStyle: false })
    expect(parseS3Location('s3://b/?endpoint=http://localhost:9000&pathStyle=false')).toMatchObject({ region: 'us-east-1', pathStyle: false })
  })

  it.each(['s3://', 's3:bucket', 's3://b?endpoint=localhost:9000', 's3://b?enpoint=http://h', 's3://b?pathStyle=1', 's3://key:secret@b', 'ftp://b', 's3://b:9000/x'])('is refused as %s', target => {
    expect(() => openLogStore(target)).toThrow(expect.objectContaining({ code: 'LS_CONFIG' }))
    expect(() => openLogStore(target)).not.toThrow(/secret/)
  })
})
