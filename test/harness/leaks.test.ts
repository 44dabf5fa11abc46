import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isAlive } from '../../scripts/lib/processes.mjs'
import { BUSYBOX_IMAGE, startDockerd } from './docker.js'
import { markedEnvironment } from './environment.js'
import { leakedContainers, leakedFolders, leakedProcesses } from './leaks.js'
import { tempDir } from './temp-dir.js'
import { until } from './wait.js'

it('finds and kills a process by the mark in its environment, and one by its working folder', async () => {
  const folder = tempDir('leak')
  mkdirSync(join(folder, 'inner'))
  const marked = spawn('sleep', ['1001'], { env: markedEnvironment('another-run'), stdio: 'ignore' })
  const inside = spawn('sleep', ['1002'], { env: {}, cwd: join(folder, 'inner'), stdio: 'ignore' })
  await until(() => marked.pid !== undefined && inside.pid !== undefined)
  const leaked = await leakedProcesses('another-run', folder)
  expect(leaked.sort()).toEqual([expect.stringContaining('sleep 1001'), expect.stringContaining('sleep 1002')].sort())
  expect([marked, inside].map(({ pid }) => isAlive(pid ?? -1))).toEqual([false, false])
})

it('finds folders that were left, and removes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-leak-'))
  try {
    mkdirSync(join(folder, 'temp/left'), { recursive: true })
    writeFileSync(join(folder, 'temp/left/file'), '')
    expect(leakedFolders(folder)).toEqual(['folder temp/left'])
    expect(leakedFolders(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('finds containers that were left; on a Docker that others use, only those of Longshore', async () => {
  const { daemon, client } = await startDockerd()
  await client.createContainer({ name: 'ours', Image: BUSYBOX_IMAGE, Labels: { 'longshore.attempt': '1.1' } })
  await client.createContainer({ name: 'theirs', Image: BUSYBOX_IMAGE })
  expect(await leakedContainers(daemon.socketPath, false, new Set())).toEqual([expect.stringContaining('ours')])
  expect(await leakedContainers(daemon.socketPath, true, new Set())).toEqual([expect.stringContaining('theirs')])
  await daemon.stop()
})
