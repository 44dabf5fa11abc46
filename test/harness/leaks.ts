import { readdirSync, readlinkSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { dockerJson } from '../../scripts/lib/docker-http.mjs'
import { PrivateDockerd } from '../../scripts/lib/private-dockerd.mjs'
import { findProcesses, gone, signal, type FoundProcess } from '../../scripts/lib/processes.mjs'
import { MARKER_VARIABLE } from './run-context.js'
import { tempParent } from './temp-dir.js'

interface Container {
  readonly Id: string
  readonly Names: readonly string[]
  readonly Image: string
  readonly Labels: Readonly<Record<string, string>> | null
}

/** Containers that Longshore made; on a private Docker, all there are. */
export async function leakedContainers(socketPath: string, isPrivate: boolean, before: ReadonlySet<string>): Promise<string[]> {
  const containers = await dockerJson(socketPath, 'GET', '/containers/json?all=1') as Container[]
  const leaked = containers.filter(({ Id, Labels }) => !before.has(Id) && (isPrivate || Object.keys(Labels ?? {}).some(label => label.startsWith('longshore'))))
  await Promise.all(leaked.map(({ Id }) => dockerJson(socketPath, 'DELETE', `/containers/${Id}?force=1&v=1`).catch(() => {})))
  return leaked.map(({ Names, Image }) => `container ${Names.join(', ')} of ${Image}`)
}

/** Processes with the mark of the run in their environment, or its folder as an argument or a working folder. They are killed. */
export async function leakedProcesses(marker: string, folder: string): Promise<string[]> {
  const leaked = findProcesses(({ pid, command, environment }) =>
    command.includes(folder) || environment().includes(`${MARKER_VARIABLE}=${marker}`) || workingFolder(pid).startsWith(`${folder}/`))
  for (const { pid } of leaked) signal(pid, 'SIGKILL')
  await gone(leaked.map(({ pid }: FoundProcess) => pid), 5_000)
  return leaked.map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`)
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

export async function leakedDaemons(folder: string): Promise<string[]> {
  const daemons = PrivateDockerd.under(folder)
  for (const daemon of daemons) await daemon.stop()
  return daemons.map(({ dataRoot }) => `private Docker daemon on ${dataRoot}`)
}

export function leakedFolders(folder: string): string[] {
  const parent = tempParent(folder)
  try {
    const names = readdirSync(parent)
    for (const name of names) rmSync(join(parent, name), { recursive: true, force: true })
    return names.map(name => `folder ${basename(parent)}/${name}`)
  } catch {
    return []
  }
}
