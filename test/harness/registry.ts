import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { which } from '../../scripts/lib/command.mjs'
import { atEnd } from './cleanup.js'
import { BUSYBOX_IMAGE } from './docker.js'
import { childEnvironment } from './environment.js'
import { freePort } from './free-port.js'
import { ServerProcess } from './server-process.js'
import { tempDir } from './temp-dir.js'

/** The one account of the registry, with the bcrypt of its password (cost 5, as htpasswd -B makes it). */
export const ACCOUNT = { username: 'puller', password: 'let me pull' } as const
const HTPASSWD = 'puller:$2b$05$abcdefghijklmnopqrstuuQ5uHXmQielkUEyjpRkKe/7BM2puKiKa\n'

/** A registry that wants a password. Its images are named after the address through which they are pulled. */
export class RegistryServer {
  constructor(readonly port: number, private readonly process: ServerProcess, readonly folder: string) {}

  get host(): string {
    return `127.0.0.1:${this.port}`
  }

  /** How many requests it has answered whose line of the access log contains this. */
  requests(text: string): number {
    return readFileSync(join(this.folder, 'registry.log'), 'utf8').split('\n').filter(line => line.includes('"GET ') || line.includes('"HEAD ')).filter(line => line.includes(text)).length
  }

  stop(): Promise<void> {
    return this.process.stop()
  }

  launch(): Promise<void> {
    return this.process.launch()
  }

  /**
   * Makes an image with these bytes of noise in a layer of its own, and puts it under a tag of this registry. Nothing of it
   * is left on the Docker. Returns its digest.
   */
  async publish(client: Docker, repository: string, tag: string, bytes = 1_000): Promise<string> {
    const repo = `${this.host}/${repository}`
    const container = await client.createContainer({ Image: BUSYBOX_IMAGE, Cmd: ['sh', '-c', `head -c ${bytes} /dev/urandom > /noise`], HostConfig: { NetworkMode: 'none' } })
    try {
      await container.start()
      await container.wait()
      await container.commit({ repo, tag, changes: 'CMD ["true"]' })
    } finally {
      await container.remove({ force: true })
    }
    const image = client.getImage(`${repo}:${tag}`)
    const words = await finish(await image.push({ authconfig: { ...ACCOUNT, serveraddress: this.host } }))
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(words)?.[1]
    if (digest === undefined) throw new Error(`the image could not be pushed: ${words}`)
    await removeEverything(client, repo)
    return digest
  }
}

/** Removes every name that images have in a repository, or in a whole registry, and with the last name the image. */
export async function removeEverything(client: Docker, repo: string): Promise<void> {
  for (const { RepoTags, RepoDigests } of await client.listImages()) {
    for (const name of [...(RepoTags ?? []), ...(RepoDigests ?? [])]) {
      if (name.startsWith(repo) && ':@/'.includes(name.charAt(repo.length))) await client.getImage(name).remove({ force: true }).catch(() => {})
    }
  }
}

export async function startRegistry(client: Docker): Promise<RegistryServer> {
  const folder = tempDir('registry')
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD)
  const port = await freePort()
  writeFileSync(join(folder, 'config.json'), JSON.stringify({
    version: '0.1', log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of this test' },
    auth: { htpasswd: { realm: 'longshore tests', path: join(folder, 'htpasswd') } },
  }))
  const server = new RegistryServer(port, new ServerProcess({
    name: `docker-registry on port ${port}`,
    command: which('docker-registry') ?? 'docker-registry',
    args: ['serve', join(folder, 'config.json')],
    environment: childEnvironment(),
    logFile: join(folder, 'registry.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).status === 401,
  }), folder)
  atEnd(async () => {
    await server.stop()
    await removeEverything(client, server.host)
  })
  await server.launch()
  return server
}

/** Credentials in the form in which `docker login` keeps them. */
export function dockerConfig(host: string, { username, password }: { readonly username: string; readonly password: string } = ACCOUNT): string {
  return JSON.stringify({ auths: { [host]: { auth: Buffer.from(`${username}:${password}`).toString('base64') } } })
}

async function finish(stream: NodeJS.ReadableStream): Promise<string> {
  let words = ''
  for await (const chunk of stream) words += String(chunk)
  return words
}
