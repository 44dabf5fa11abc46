import { join } from 'node:path'
import Docker from 'dockerode'
import { BUSYBOX_IMAGE, ensureDemoImages, NODE_IMAGE } from '../../scripts/lib/demo-image.mjs'
import { PrivateDockerd } from '../../scripts/lib/private-dockerd.mjs'
import { atEnd } from './cleanup.js'
import { askDepot } from './run-context.js'
import { tempDir } from './temp-dir.js'

export { BUSYBOX_IMAGE, NODE_IMAGE }

export interface SharedDocker {
  /** `unix:///…`, as in DOCKER_HOST. */
  readonly host: string
  readonly socketPath: string
  /** False when it is this machine's own Docker: then leave alone what is not yours. */
  readonly isPrivate: boolean
  readonly client: Docker
}

/** The Docker that all test files share: this machine's, or a private one. Has {@link BUSYBOX_IMAGE} and {@link NODE_IMAGE}. */
export async function sharedDocker(): Promise<SharedDocker> {
  const { host, socketPath, isPrivate } = await askDepot('docker')
  return { host, socketPath, isPrivate, client: new Docker({ socketPath }) }
}

/** A Docker daemon of its own, for tests that kill, restart or freeze it. Takes root. Has {@link BUSYBOX_IMAGE}. */
export async function startDockerd({ liveRestore = false }: { readonly liveRestore?: boolean } = {}): Promise<{ readonly daemon: PrivateDockerd; readonly client: Docker }> {
  const daemon = new PrivateDockerd({ dataRoot: join(tempDir('dockerd'), 'data'), liveRestore })
  atEnd(() => daemon.stop())
  await daemon.start()
  await ensureDemoImages(daemon.socketPath, [BUSYBOX_IMAGE])
  return { daemon, client: new Docker({ socketPath: daemon.socketPath }) }
}

/** Removes the containers of a test when its file ends: those that carry this label. */
export function removeContainersAtEnd(client: Docker, label: string): void {
  atEnd(async () => {
    const containers = await client.listContainers({ all: true, filters: { label: [label] } })
    await Promise.all(containers.map(({ Id }) => client.getContainer(Id).remove({ force: true, v: true }).catch(() => {})))
  })
}
