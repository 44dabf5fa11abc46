import { readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { dockerJson } from '../../scripts/lib/docker-http.mjs'
import { PrivateDockerd } from '../../scripts/lib/private-dockerd.mjs'
import { killProcesses, runProcesses } from '../../scripts/lib/test-remains.mjs'
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

/** Processes that a run has left; they are killed. */
export async function leakedProcesses(marker: string, folder: string): Promise<string[]> {
  const leaked = runProcesses(marker, folder)
  await killProcesses(leaked)
  return leaked.map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`)
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
