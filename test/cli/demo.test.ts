import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Standalone } from '../../scripts/lib/standalone.mjs'
import { atEnd } from '../harness/cleanup.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { HELLO } from './setting.js'

it('the address that the demo prints opens the pages and signs in once, and then there is the DAG', async () => {
  await askDepot('build')
  const folder = tempDir('demo')
  mkdirSync(join(folder, 'dags'))
  writeFileSync(join(folder, 'dags/hello.yaml'), HELLO)
  const standalone = new Standalone({ dags: join(folder, 'dags'), stateDir: join(folder, 'state'), port: 0, dockerHost: null })
  atEnd(() => standalone.stop())
  await standalone.start()
  const login = await until(() => standalone.login)
  const address = new URL(login)
  expect(address.origin).toBe(standalone.url)
  const page = await fetch(login)
  expect(page).toMatchObject({ status: 200 })
  expect(await page.text()).toMatch(/<script type="module"[^>]* src="\/static\//)

  // What the page does with the address, as a browser on it does.
  const signIn = () => fetch(`${address.origin}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json', origin: address.origin }, body: JSON.stringify({ code: address.searchParams.get('code') }) })
  const answer = await signIn()
  expect(answer.status).toBe(204)
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const ids = async () => ((await (await fetch(`${address.origin}/api/v1/dags`, { headers: { cookie } })).json()) as { items: { dag: string }[] }).items.map(({ dag }) => dag)
  await until(async () => (await ids()).includes('hello'))
  expect((await signIn()).status).toBe(401)
  await standalone.stop()
}, 120_000)
