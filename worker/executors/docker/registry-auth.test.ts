import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tempDir } from '../../../test/harness/temp-dir.js'
import { RegistryCredentials } from './registry-auth.js'

const encoded = (text: string): string => Buffer.from(text).toString('base64')

function file(content: unknown, name = 'config.json'): string {
  const path = join(tempDir('auth'), name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const of = (content: unknown, image: string) => new RegistryCredentials(file(content)).of(image)

/** A credential helper on the PATH of this process, which answers as the script says. */
function helper(name: string, script: string): void {
  const folder = tempDir('helper')
  writeFileSync(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, `docker-credential-${name}`), 0o755)
  const before = process.env['PATH']
  process.env['PATH'] = `${folder}:${before}`
  onTestFinished(() => { process.env['PATH'] = before })
}

describe('credentials for a registry', () => {
  it.each([
    ['registry:5000', 'registry:5000/team/etl:1'], ['https://registry:5000', 'registry:5000/etl'], ['https://registry:5000/v1/', 'registry:5000/etl'],
    ['https://index.docker.io/v1/', 'team/etl'], ['docker.io', 'etl:1'], ['index.docker.io', 'docker.io/library/etl'],
  ])('are found under %s for %s', async (key, image) => {
    expect(await of({ auths: { [key]: { auth: encoded('bob:pass:word') } } }, image)).toMatchObject({ auth: { username: 'bob', password: 'pass:word' } })
  })

  it('of one registry never go to another', async () => {
    const { auth, origin } = await of({ auths: { 'registry:5000': { auth: encoded('bob:x') }, 'registry': { auth: encoded('eve:x') } } }, 'registry:5001/etl')
    expect(auth).toBeUndefined()
    expect(origin).toMatch(/^without credentials: .* has none for registry:5001$/)
  })

  it('may be a user and a password in plain text, or a token', async () => {
    expect((await of({ auths: { 'a.io': { username: 'bob', password: 'x' } } }, 'a.io/etl')).auth).toEqual({ username: 'bob', password: 'x', serveraddress: 'a.io' })
    expect((await of({ auths: { 'a.io': { identitytoken: 't', auth: encoded('bob:') } } }, 'a.io/etl')).auth).toEqual({ identitytoken: 't', serveraddress: 'a.io' })
  })

  it('are none, with the reason, when the file is missing or no JSON', async () => {
    expect(await new RegistryCredentials('/no/such/file').of('etl')).toEqual({ auth: undefined, origin: 'without credentials: /no/such/file does not exist' })
    expect((await of('{', 'etl')).origin).toMatch(/cannot be read: /)
  })

  it('come from a systemd credential before what docker login left', async () => {
    const [mounted, home] = [tempDir('credentials'), tempDir('docker')]
    writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { 'a.io': { auth: encoded('home:x') } } }))
    const credentials = new RegistryCredentials('', { CREDENTIALS_DIRECTORY: mounted, DOCKER_CONFIG: home })
    expect((await credentials.of('a.io/etl')).auth?.username).toBe('home')
    writeFileSync(join(mounted, 'registry-auth'), JSON.stringify({ auths: { 'a.io': { auth: encoded('mounted:x') } } }))
    expect((await credentials.of('a.io/etl')).auth?.username).toBe('mounted')
  })

  it('come from a helper, asked as docker asks it, for its registry alone', async () => {
    helper('cloud', 'echo "{\\"ServerURL\\":\\"x\\",\\"Username\\":\\"$1\\",\\"Secret\\":\\"for $(cat)\\"}"')
    const config = { credHelpers: { 'ecr.example': 'cloud' }, auths: { 'a.io': { auth: encoded('bob:x') } } }
    expect((await of(config, 'ecr.example/etl')).auth).toEqual({ username: 'get', password: 'for ecr.example', serveraddress: 'ecr.example' })
    expect((await of(config, 'a.io/etl')).auth?.username).toBe('bob')
    expect((await of({ credsStore: 'cloud' }, 'b.io/etl')).auth?.password).toBe('for b.io')
  })

  it('are none, with the reason, when a helper fails, answers nonsense, or is not there', async () => {
    helper('broken', 'echo "credentials not found in native keychain"; exit 1')
    helper('babbling', 'echo hello')
    expect((await of({ credsStore: 'broken' }, 'etl')).origin).toContain('docker-credential-broken failed: credentials not found')
    expect((await of({ credsStore: 'babbling' }, 'etl')).origin).toContain('is not one of a credential helper')
    expect((await of({ credsStore: 'absent' }, 'etl')).origin).toContain('docker-credential-absent failed')
  })

  it('never show a secret in what is said of them', async () => {
    const { origin } = await of({ auths: { 'a.io': { auth: encoded('bob:hunter2') } } }, 'a.io/etl')
    expect(origin).toMatch(/^with the credentials of bob from /)
    expect(origin).not.toContain('hunter2')
  })
})
