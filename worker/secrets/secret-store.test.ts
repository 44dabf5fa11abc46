import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigSchema } from '../../shared/config/schema.js'
import { tempDir } from '../../test/harness/temp-dir.js'
import { SecretStore } from './secret-store.js'

const folder = tempDir('secrets')
let files = 0
function directory(contents: Readonly<Record<string, string | Buffer>>, mode = 0o400): string {
  const path = join(folder, String(files += 1))
  mkdirSync(path)
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(path, name), content, { mode })
  return path
}
function script(text: string): string {
  const path = join(folder, `script-${files += 1}`)
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o700 })
  return path
}
const store = (settings: Record<string, unknown>, environment: NodeJS.ProcessEnv = {}): SecretStore => SecretStore.of(ConfigSchema.parse(settings), environment)

describe('a directory of secrets', () => {
  it('gives what is in a file, less one line feed at its end', async () => {
    const secretsDir = directory({ plain: 'value', ended: 'value\n', lines: 'a\nb\n\n' })
    const of = async (name: string): Promise<unknown> => store({ secretsDir }).find(name)
    expect(await of('plain')).toEqual({ kind: 'found', value: 'value', from: join(secretsDir, 'plain') })
    expect(await of('ended')).toMatchObject({ value: 'value' })
    expect(await of('lines')).toMatchObject({ value: 'a\nb\n' })
    expect(await of('other')).toEqual({ kind: 'absent' })
  })

  it('refuses what everybody may read, what is no text, and links that lead out, and says why', async () => {
    const secretsDir = directory({ open: 'value', binary: Buffer.from([0xff, 0xfe, 1]), nul: 'a\0b', empty: '\n', huge: 'x'.repeat(70_000), inside: 'value' })
    chmodSync(join(secretsDir, 'open'), 0o644)
    symlinkSync(join(directory({ elsewhere: 'value' }), 'elsewhere'), join(secretsDir, 'out'))
    symlinkSync('inside', join(secretsDir, 'link'))
    mkdirSync(join(secretsDir, 'folder'))
    const why = async (name: string): Promise<unknown> => ({ why: '', ...await store({ secretsDir }).find(name) }).why
    expect(await why('open')).toMatch(/open to every user of this machine \(mode 644\)/)
    expect(await why('binary')).toMatch(/is not text/)
    expect(await why('nul')).toMatch(/is not text/)
    expect(await why('empty')).toMatch(/is empty/)
    expect(await why('huge')).toMatch(/more than 65536 bytes/)
    expect(await why('out')).toMatch(/leads out of its directory/)
    expect(await why('folder')).toMatch(/is not a file/)
    expect(await store({ secretsDir }).find('link')).toMatchObject({ kind: 'found', value: 'value' })
  })

  it('keeps to itself what the worker itself works with', async () => {
    const credentials = directory({ 'redis-url': 'redis://x', 'registry-auth': '{}', 'warehouse': 'value' })
    const own = store({ registryAuthFile: '' }, { CREDENTIALS_DIRECTORY: credentials, LONGSHORE_REDIS_URL_FILE: join(credentials, 'redis-url') })
    expect(await own.find('redis-url')).toMatchObject({ kind: 'refused', why: expect.stringContaining("is the worker's own") as string })
    expect(await own.find('registry-auth')).toMatchObject({ kind: 'refused' })
    expect(await own.find('warehouse')).toMatchObject({ value: 'value' })
    expect(await own.names()).toEqual(['warehouse'])
  })

  it('keeps it to itself also after the directory was renewed under it', async () => {
    const [before, after, secretsDir] = [directory({ 'redis-url': 'redis://x' }), directory({ 'redis-url': 'redis://y' }), directory({})]
    rmSync(secretsDir, { recursive: true })
    symlinkSync(before, secretsDir)
    const own = store({ secretsDir }, { LONGSHORE_REDIS_URL_FILE: join(secretsDir, 'redis-url') })
    expect(await own.find('redis-url')).toMatchObject({ kind: 'refused' })
    rmSync(secretsDir)
    symlinkSync(after, secretsDir)
    expect(await own.find('redis-url')).toMatchObject({ kind: 'refused' })
  })
})

describe('secrets', () => {
  it('come from the first place that has them: credentials, directory, variables, command', async () => {
    const [credentials, secretsDir] = [directory({ a: 'credential' }), directory({ a: 'file', b: 'file' })]
    process.env['LONGSHORE_SECRET_B'] = 'variable'
    process.env['LONGSHORE_SECRET_C_X'] = 'variable'
    const all = store({ secretsDir, secretsCommand: [script('echo command'), '{name}'] }, { CREDENTIALS_DIRECTORY: credentials })
    const values = await Promise.all(['a', 'b', 'c-x', 'd'].map(async name => ({ value: null, ...await all.find(name) }).value))
    expect(values).toEqual(['credential', 'file', 'variable', 'command'])
    expect(Object.keys(process.env).filter(name => name.startsWith('LONGSHORE_SECRET_'))).toEqual([])
  })
})

describe('a command for secrets', () => {
  const ask = (text: string, settings = {}): SecretStore => store({ secretsCommand: [script(text), 'get', 'kv/{name}'], ...settings })

  it('is given the name, and its answer is used again for a while', async () => {
    const count = join(folder, 'count')
    const asked = ask(`echo x >> ${count}; printf '%s-%s' "$1" "$2"`, { secretsTtl: 60_000 })
    const [first] = await Promise.all([asked.find('db'), asked.find('db'), asked.find('db')])
    expect(first).toMatchObject({ kind: 'found', value: 'get-kv/db' })
    expect(await asked.find('db')).toEqual(first)
    expect(readFileSync(count, 'utf8')).toBe('x\n')
    expect(await asked.find('other')).toMatchObject({ value: 'get-kv/other' })
  })

  it('that fails, hangs or is not there cannot tell now, and is asked again; one that prints nothing has none', async () => {
    const failing = ask('echo the-value; echo the-value >&2; exit 3')
    expect(await failing.find('db')).toEqual({ kind: 'failed', why: expect.stringMatching(/ended with exit code 3; run it as the worker's user to see why$/) as string })
    expect(await ask('sleep 100', { secretsCommandTimeout: 100 }).find('db')).toMatchObject({ kind: 'failed', why: expect.stringContaining('did not answer within 100 ms') as string })
    expect(await store({ secretsCommand: '/no/such/program,{name}' }).find('db')).toMatchObject({ kind: 'failed', why: expect.stringContaining('cannot be run: ENOENT') as string })
    const unstartable = store({ secretsCommand: `${script('')}/below-a-file,{name}` })
    for (let time = 0; time < 2; time += 1) expect(await unstartable.find('db')).toMatchObject({ kind: 'failed', why: expect.stringContaining('cannot be run: ENOTDIR') as string })
    expect(await ask('exit 0').find('db')).toEqual({ kind: 'absent' })
    const [flag, recovering] = [join(folder, 'flag'), ''] as const
    const again = ask(`[ -e ${flag} ] && echo value${recovering} || { touch ${flag}; exit 1; }`)
    expect(await again.find('db')).toMatchObject({ kind: 'failed' })
    expect(await again.find('db')).toMatchObject({ value: 'value' })
  })

  it('must take a name', () => {
    expect(() => store({ secretsCommand: ['vault', 'read'] })).toThrow(/needs \{name\}/)
  })
})
