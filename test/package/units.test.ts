import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfig } from '../../shared/config/load.js'
import { CONFIG_KEYS } from '../../shared/config/schema.js'
import { parse } from 'yaml'
import { which } from '../../scripts/lib/command.mjs'
import { tempDir } from '../harness/temp-dir.js'

const ROOT = join(import.meta.dirname, '../..')
const UNITS = readdirSync(join(ROOT, 'systemd')).filter(name => name.startsWith('longshore'))
const SERVICES = UNITS.filter(name => name.endsWith('.service'))
const unit = (name: string): string => readFileSync(join(ROOT, 'systemd', name), 'utf8')

/** The units as they are, but for what they start, which is not installed here. */
function installed(): string {
  const folder = tempDir('units')
  const program = join(folder, 'bin/program')
  mkdirSync(join(folder, 'bin'))
  writeFileSync(program, '#!/bin/sh\n')
  chmodSync(program, 0o755)
  for (const name of UNITS) writeFileSync(join(folder, name), unit(name).replace(/^ExecStart=\S+/gm, `ExecStart=${program}`))
  return folder
}

function analyze(folder: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    execFile(which('systemd-analyze') ?? 'systemd-analyze', [...args], { env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` })
    })
  })
}

it('systemd finds nothing to complain of in the units', async () => {
  const folder = installed()
  expect(await analyze(folder, 'verify', '--man=no', '--recursive-errors=yes', ...UNITS.map(name => join(folder, name)))).toEqual({ code: 0, output: '' })
})

it('what a service could do to its machine is rated below 3.0 of 10', async () => {
  const folder = installed()
  const rated = await Promise.all(SERVICES.map(async name => ({ name, ...await analyze(folder, 'security', '--no-pager', '--offline=true', '--threshold=30', join(folder, name)) })))
  expect(rated.filter(({ code }) => code !== 0).map(({ name, output }) => `${name}: ${output.trim().split('\n').at(-1)}`)).toEqual([])
})

it('no unit has what crashes V8, kills tasks with the worker, or gives up', () => {
  for (const name of SERVICES) {
    const text = unit(name).replace(/^#.*$/gm, '')
    if (text.includes('/bin/node')) expect(text, name).not.toMatch(/^MemoryDenyWriteExecute=yes/m)
    expect(text, name).not.toMatch(/^(?:Requires|BindsTo)=.*docker/m)
  }
  for (const name of ['longshore-scheduler.service', 'longshore-web.service', 'longshore-worker@.service']) {
    for (const line of ['Type=notify', 'NotifyAccess=all', 'KillMode=mixed', 'StartLimitIntervalSec=0', 'UMask=0077']) expect(unit(name), name).toContain(`\n${line}\n`)
  }
})

it('the settings that the package and its units bring are settings, and those in comments too', () => {
  const known = new Set(CONFIG_KEYS.map(key => `LONGSHORE_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`))
  const folder = join(ROOT, 'packaging/etc')
  for (const name of readdirSync(folder).filter(file => file.endsWith('.env'))) {
    for (const [, variable = ''] of readFileSync(join(folder, name), 'utf8').matchAll(/^(?:# )?(LONGSHORE_\w+)=/gm)) expect(known, name).toContain(variable)
  }
  for (const name of SERVICES) {
    for (const [, variable = ''] of unit(name).matchAll(/^Environment=(LONGSHORE_\w+)=/gm)) if (variable !== 'LONGSHORE_CONFIG') expect(known, name).toContain(variable.replace(/_FILE$/, ''))
  }
  const yaml = join(folder, 'longshore.yaml')
  expect(loadConfig({ file: yaml, fileRequired: true, environment: {}, flags: {} }).config.keysDir).toBe('/etc/longshore/keys')
  const commented = parse(readFileSync(yaml, 'utf8').replace(/^# (\w+: (?:mysql|redis|info))/gm, '$1')) as Record<string, unknown>
  expect(Object.keys(commented)).toEqual(expect.arrayContaining(['databaseUrl', 'redisUrl', 'logLevel']))
  expect(CONFIG_KEYS).toEqual(expect.arrayContaining(Object.keys(commented)))
})
