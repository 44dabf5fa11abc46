import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { RunView } from '../../shared/views/run-view.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Workplace } from './setting.js'

const VALUE = 'squeamish ossifrage/&1977'
const LEAK = /ossifrage|squeamish/

const DAG = `
dag: vault
schedule: null
defaults: { image: "${BUSYBOX_IMAGE}", network: none, pull: never, secrets: { TOKEN: api-token } }
tasks:
  contained:
    shell: 'test "$TOKEN" = "$(cat /expected/value)" && echo "got $TOKEN" && echo "{\\"token\\":\\"$TOKEN\\"}" > "$LONGSHORE_RESULT"; echo "$TOKEN" >&2; exit $?'
    mounts: ["EXPECTED:/expected:ro"]
    result: true
  local:
    kind: process
    shell: 'test "$TOKEN" = "$(cat EXPECTED/value)" && env | grep -c TOKEN= && echo "$TOKEN" | base64'
    after: [contained]
`

const everything = (folder: string): string => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile()).map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n')

let docker: SharedDocker
beforeAll(async () => {
  docker = await sharedDocker()
  await askDepot('build')
})

it('a secret reaches a container and a process, and is in no file of the installation: database, Redis, logs, state', async () => {
  const expected = tempDir('expected')
  writeFileSync(join(expected, 'value'), VALUE)
  const env = { LONGSHORE_SECRET_API_TOKEN: VALUE, LONGSHORE_DOCKER_HOST: docker.host }
  const work = new Workplace({ 'dags/vault.yaml': DAG.replaceAll('EXPECTED', expected) }, { env })
  const standalone = await work.standalone('--log-level', 'debug')
  await until(async () => (await work.ask<unknown[]>('dags', 'list')).length > 0)
  const { run } = await work.ask<{ run: string }>('dags', 'trigger', 'vault')
  const view = await until(async () => {
    const seen = await work.ask<RunView>('runs', 'show', 'vault', run)
    return seen.endedAt === null ? false : seen
  }, { timeout: 60_000, interval: 100 })
  expect(view.tasks.map(({ task, state, reason }) => ({ task, state, reason }))).toMatchObject([{ task: 'contained', state: 'success' }, { task: 'local', state: 'success' }])
  expect((await work.run('tasks', 'logs', 'vault', run, 'contained', '--follow')).stdout.split('\n').sort()).toEqual(['', '***', 'got ***'])
  expect((await work.run('tasks', 'logs', 'vault', run, 'local', '--follow')).stdout).toBe('1\n***\n')
  // The private Redis writes everything to its own files when it ends in order.
  await standalone.terminate()
  expect(LEAK.test(everything(work.folder))).toBe(false)
  expect(LEAK.test(standalone.stderr)).toBe(false)
  expect(await work.ask('secrets', 'check', '--queues', 'default')).toEqual([{ secret: 'api-token', status: 'found', detail: 'LONGSHORE_SECRET_API_TOKEN' }])
}, 120_000)

it('secrets check says where each is found or why not, prints no value and fails when one is missing; config shows none either', async () => {
  const secretsDir = tempDir('secrets')
  writeFileSync(join(secretsDir, 'good'), VALUE, { mode: 0o400 })
  writeFileSync(join(secretsDir, 'open'), VALUE, { mode: 0o644 })
  const work = new Workplace({}, { env: { LONGSHORE_SECRETS_DIR: secretsDir, LONGSHORE_SECRET_OTHER: VALUE, LONGSHORE_ALLOW_SECRETS: 'good,open,missing,other' } })
  const all = await work.run('secrets', 'check', 'good', 'other', 'open', 'missing', 'forbidden', '--json')
  expect(all.code).toBe(1)
  expect(all.json<{ secret: string; status: string }[]>().map(({ secret, status }) => `${secret} ${status}`)).toEqual(['good found', 'other found', 'open refused', 'missing absent', 'forbidden refused'])
  expect(await work.run('secrets', 'check', 'good')).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`good\\s+found\\s+${join(secretsDir, 'good')}`)) as string })
  expect((await work.ask<{ secret: string }[]>('secrets', 'check', 'good', 'other')).map(({ secret }) => secret)).toEqual(['good', 'other'])
  expect(await work.run('secrets', 'check', 'Not A Name')).toMatchObject({ code: 2, stderr: expect.stringContaining('LS_USAGE') as string })
  const config = await work.run('config')
  expect(config.code).toBe(0)
  for (const { stdout, stderr } of [all, config]) expect(LEAK.test(stdout + stderr)).toBe(false)
})
