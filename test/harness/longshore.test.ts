import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { isAlive } from '../../scripts/lib/processes.mjs'
import { freePort } from './free-port.js'
import { runLongshore, startLongshore } from './longshore.js'
import { tempDir } from './temp-dir.js'

/** Behaves like a service, so that the harness is tested without the product. */
const SERVICE = `
import { createServer } from 'node:http'
const [mode] = process.argv.slice(2)
const log = msg => process.stderr.write(JSON.stringify({ level: 30, msg }) + '\\n')
if (mode === 'json') { console.log(JSON.stringify({ env: Object.keys(process.env).filter(name => name.startsWith('LONGSHORE_')) })); process.exit(3) }
if (mode === 'fail') { log('giving up'); process.exit(1) }
createServer((_, response) => response.end('ok')).listen(Number(process.env.LONGSHORE_PORT), '127.0.0.1', () => log('ready at last'))
process.on('SIGTERM', () => { if (mode === 'stubborn') return; log('bye'); process.exit(0) })
`
let entry: string
beforeAll(() => {
  entry = join(tempDir('service'), 'service.mjs')
  writeFileSync(entry, SERVICE)
})

it('waits for a line of the log and for an answer, and ends the process in order', async () => {
  const port = await freePort()
  const longshore = await startLongshore(['serve'], { entry, env: { LONGSHORE_PORT: String(port) } })
  expect(await longshore.waitForLog('ready')).toMatchObject({ msg: 'ready at last' })
  await longshore.waitForHttp(`http://127.0.0.1:${port}/readyz`)
  expect(await longshore.terminate()).toEqual({ code: 0, signal: null })
  expect(longshore.log.at(-1)).toMatchObject({ msg: 'bye' })
})

it('says at once, with the log, when a process ends that should become ready', async () => {
  const longshore = await startLongshore(['fail'], { entry })
  await expect(longshore.waitForLog('ready')).rejects.toThrow(/ended \(exit 1\).*\n.*giving up/)
})

it('kills a process with SIGKILL, and one that does not heed SIGTERM', async () => {
  const killed = await startLongshore(['serve'], { entry, env: { LONGSHORE_PORT: '0' } })
  await killed.waitForLog('ready')
  await killed.kill9()
  expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' })
  const stubborn = await startLongshore(['stubborn'], { entry, env: { LONGSHORE_PORT: '0' } })
  await stubborn.waitForLog('ready')
  await expect(stubborn.terminate(200)).rejects.toThrow(/did not end within 200 ms/)
  expect(isAlive(stubborn.pid)).toBe(false)
})

it('runs a command to its end with a clean environment', async () => {
  process.env.LONGSHORE_STRAY = 'from the developer'
  try {
    const result = await runLongshore(['json'], { entry, env: { LONGSHORE_QUEUE: 'etl' } })
    expect(result.code).toBe(3)
    expect(result.json()).toEqual({ env: ['LONGSHORE_QUEUE'] })
  } finally {
    delete process.env.LONGSHORE_STRAY
  }
})
