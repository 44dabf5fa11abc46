import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startRedis } from '../harness/redis.js'
import { payload, PREFIX, StandIn } from '../worker/stand-in.js'
import { signJob } from '../../shared/signing/job-signature.js'
import { readPrivateKey } from '../../shared/signing/key.js'
import { HELLO, Workplace } from './setting.js'

interface KeyRow { readonly key: string; readonly uses: readonly string[]; readonly jobs: number | null }
interface Made { readonly key: string; readonly use: string; readonly privateFile: string; readonly publicFile: string; readonly publicKey: string }

const modeOf = (path: string): number => statSync(path).mode & 0o777

describe('longshore keys', () => {
  it('makes, hands over, rotates and revokes keys, each private one for its owner alone', async () => {
    const redis = await startRedis()
    const scheduler = new Workplace({ 'longshore.yaml': `redisUrl: ${redis.url}` })
    const worker = new Workplace()
    const first = await scheduler.ask<Made>('keys', 'generate')
    expect(first.use).toBe('signing')
    expect(modeOf(first.privateFile)).toBe(0o600)

    const next = await scheduler.ask<Made>('keys', 'generate')
    expect(next.use).toBe('next')
    expect(modeOf(next.privateFile)).toBe(0o600)
    expect((await scheduler.run('keys', 'generate')).stderr).toContain('error LS_KEY_IN_USE: ')
    for (const { publicFile } of [first, next]) await worker.ask('keys', 'trust', publicFile)
    expect((await worker.ask<KeyRow[]>('keys', 'list')).map(row => row.key).sort()).toEqual([first.key, next.key].sort())
    expect((await worker.run('keys', 'trust', next.privateFile)).stderr).toContain('error LS_KEY_INVALID: ')

    const old = readPrivateKey(readFileSync(first.privateFile, 'utf8'), 'test')
    const jobs = new StandIn(redis.url)
    await jobs.enqueueRaw('1.1', signJob(payload({ attempt: '1.1' }), PREFIX, old))
    expect((await scheduler.run('keys', 'revoke', first.key)).stderr).toContain('schedulers here sign with the key')
    expect(await scheduler.ask('keys', 'rotate')).toEqual({ key: next.key, before: first.key })
    expect(await scheduler.ask<KeyRow[]>('keys', 'list')).toEqual(expect.arrayContaining([
      expect.objectContaining({ key: next.key, uses: ['signing', 'trusted'], jobs: 0 }), expect.objectContaining({ key: first.key, uses: ['trusted'], jobs: 1 }),
    ]))
    expect((await scheduler.run('keys', 'revoke', first.key)).stderr).toContain('1 job is signed with the key')
    await jobs.forget('1.1')
    expect(await scheduler.ask('keys', 'revoke', first.key)).toEqual({ key: first.key, revoked: true, jobs: 0 })
    expect((await scheduler.run('keys', 'trust', first.publicFile)).code).toBe(1)
    expect((await scheduler.ask<KeyRow[]>('keys', 'list')).find(row => row.key === first.key)?.uses).toEqual(['revoked'])
  }, 120_000)

  it('a scheduler refuses a private key that everybody may read, and shows none in its settings', async () => {
    const redis = await startRedis()
    const work = new Workplace()
    const { privateFile } = await work.ask<Made>('keys', 'generate')
    const holder = new Workplace({}, { env: { LONGSHORE_SIGNING_KEY: readFileSync(privateFile, 'utf8') } })
    for (const args of [['config'], ['config', '--json']]) {
      const { code, stdout, stderr } = await holder.run(...args)
      expect(code, stderr).toBe(0)
      expect(stdout).toContain('•••')
      expect(stdout).not.toContain('PRIVATE KEY')
    }
    chmodSync(privateFile, 0o644)
    const result = await work.run('scheduler', '--redis-url', redis.url, '--database-url', `sqlite:${join(work.folder, 'x.db')}`)
    expect(result).toMatchObject({ code: 1 })
    expect(result.stderr).toContain('error LS_KEY_INVALID: ')
    expect(result.stderr).toContain('chmod 600')
  }, 120_000)

  it('standalone makes a key of its own at its first start, and the same one signs after the next', async () => {
    const work = new Workplace({ 'dags/hello.yaml': HELLO })
    const first = await work.standalone()
    const directory = join(work.folder, '.longshore/state/keys')
    const signing = readFileSync(join(directory, 'signing.key'), 'utf8')
    expect(modeOf(join(directory, 'signing.key'))).toBe(0o600)
    expect(readdirSync(join(directory, 'trusted'))).toHaveLength(1)
    const triggered = await work.run('dags', 'trigger', 'hello', '--wait')
    expect(triggered.stderr + triggered.stdout).toContain('success')
    await first.terminate()
    const second = await work.standalone()
    expect(readFileSync(join(directory, 'signing.key'), 'utf8')).toBe(signing)
    await second.terminate()
  }, 120_000)
})
