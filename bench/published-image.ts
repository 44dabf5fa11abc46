import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { which } from '../scripts/lib/command.mjs'
import { freePort } from '../test/harness/free-port.js'
import { ServerProcess } from '../test/harness/server-process.js'

/**
 * Gives an image of this Docker the digest that images from a registry have, by pushing it to one, and returns its name by digest:
 * what tasks run in a real installation. The registry is gone afterwards.
 */
export async function publishImage(docker: Docker, image: string, folder: string): Promise<string> {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify({
    version: '0.1', log: { level: 'warn' }, storage: { filesystem: { rootdirectory: join(folder, 'data') } }, http: { addr: `127.0.0.1:${port}`, secret: 'of this benchmark' },
  }))
  const registry = new ServerProcess({
    name: `docker-registry on port ${port}`, command: which('docker-registry') ?? 'docker-registry', args: ['serve', config], environment: process.env, logFile: join(folder, 'registry.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok,
  })
  await registry.launch()
  try {
    const repo = `127.0.0.1:${port}/busybox`
    await docker.getImage(image).tag({ repo, tag: 'bench' })
    const pushing = await docker.getImage(`${repo}:bench`).push({ authconfig: {} }) as NodeJS.ReadableStream
    await new Promise<void>((resolve, reject) => { docker.modem.followProgress(pushing, error => { if (error === null) resolve(); else reject(error) }) })
    const { RepoDigests } = await docker.getImage(`${repo}:bench`).inspect()
    const digest = RepoDigests.find(name => name.startsWith(`${repo}@`))
    if (digest === undefined) throw new Error('the pushed image has no digest')
    return digest
  } finally {
    await registry.stop()
  }
}
