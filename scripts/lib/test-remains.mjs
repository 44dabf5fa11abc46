import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PrivateDockerd } from './private-dockerd.mjs'
import { findProcesses, gone, isAlive, signal } from './processes.mjs'

/** Every run of the tests has a folder of this name; its basename is also the run's mark. */
export const RUN_PREFIX = 'longshore-test-'
/** The environment variable that holds the mark of a run. Not LONGSHORE_*, which the product reads. */
export const MARKER_VARIABLE = 'HARNESS_RUN'

/** Processes with the mark of a run in their environment, or its folder as an argument or as their working folder. */
export function runProcesses(marker, folder) {
  return findProcesses(({ pid, command, environment }) =>
    command.includes(folder) || workingFolder(pid).startsWith(`${folder}/`) || environment().includes(`${MARKER_VARIABLE}=${marker}`))
}

/** Ends processes; returns what they were. */
export async function killProcesses(found) {
  for (const { pid } of found) signal(pid, 'SIGKILL')
  await gone(found.map(({ pid }) => pid), 5_000)
}

/** A run that was killed could not clean up after itself: whoever comes next does it. */
export async function removeTestRemains() {
  for (const name of readdirSync(tmpdir()).filter(name => name.startsWith(RUN_PREFIX))) {
    const folder = join(tmpdir(), name)
    if (isAlive(ownerOf(folder))) continue
    for (const daemon of PrivateDockerd.under(folder)) await daemon.stop()
    await killProcesses(runProcesses(name, folder))
    const own = vitestFolderOf(folder)
    if (own !== null) rmSync(own, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}

function ownerOf(folder) {
  try {
    return Number(readFileSync(join(folder, 'owner'), 'utf8'))
  } catch {
    // It is being made this very moment, or being removed by its own run.
    return process.pid
  }
}

/** vitest keeps its own files in a folder with a random name, which says nothing about whose it is. */
function vitestFolderOf(folder) {
  try {
    const path = readFileSync(join(folder, 'vitest-folder'), 'utf8')
    return dirname(path) === tmpdir() && path !== tmpdir() ? path : null
  } catch {
    return null
  }
}

function workingFolder(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}
