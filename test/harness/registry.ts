import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type Docker from 'dockerode'
import { which } from '../../scripts/lib/command.mjs'
import { atEnd } from './cleanup.js'
import { childEnvironment } from './environment.js'
import { freePort } from './free-port.js'
import { ServerProcess } from './server-process.js'
import { tempDir } from './temp-dir.js'

/** The one account of the registry, with the bcrypt of its password (cost 5, as htpasswd -B makes it). */
export const ACCOUNT = { username: 'puller', password: 'let me pull' } as const
const HTPASSWD = 'puller:$2b$05$abcdefghijklmnopqrstuuQ5uHXmQielkUEyjpRkKe/7BM2puKiKa\n'

/** A registry that wants a password. Its images are named after the address through which they are pulled. */
export class RegistryServer {
  constructor(readonly port: number, private readonly process: ServerProcess, readonly folder: string, private readonly address: string) {}

  get host(): string {
    return `${this.address}:${this.port}`
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
   * Makes an image of busybox with this many bytes of noise in a layer of its own, and puts it under a tag. It goes straight
   * to the registry: no Docker has seen it. Returns its digest.
   */
  async publish(repository: string, tag: string, noise = 1_000): Promise<string> {
    base ??= layer({ 'bin/busybox': readFileSync(which('busybox') ?? '/bin/busybox') }, ['sh', 'true', 'sleep', 'echo'])
    const layers = [await base, await layer({ noise: randomBytes(noise) }, [])]
    const config = JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', config: { Env: ['PATH=/bin'], Cmd: ['true'] },
      rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => digestOf(tar)) },
    })
    const blobs = [Buffer.from(config), ...layers.map(({ blob }) => blob)]
    for (const blob of blobs) await this.#upload(repository, blob)
    const [first, ...rest] = blobs.map((blob, index) => ({ mediaType: index === 0 ? 'application/vnd.docker.container.image.v1+json' : 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: blob.length, digest: digestOf(blob) }))
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: first, layers: rest })
    await this.#send('PUT', `/v2/${repository}/manifests/${tag}`, manifest, mediaType)
    return digestOf(Buffer.from(manifest))
  }

  async #upload(repository: string, blob: Buffer): Promise<void> {
    const { headers } = await this.#send('POST', `/v2/${repository}/blobs/uploads/`)
    const place = new URL(headers.get('location') ?? '', `http://${this.host}`)
    place.searchParams.set('digest', digestOf(blob))
    await this.#send('PUT', `${place.pathname}${place.search}`, blob, 'application/octet-stream')
  }

  async #send(method: string, path: string, body?: string | Buffer, type?: string): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${ACCOUNT.username}:${ACCOUNT.password}`).toString('base64')}`
    const answer = await fetch(`http://${this.host}${path}`, {
      method, headers: { authorization, ...(type !== undefined && { 'content-type': type }) }, ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

interface Layer {
  readonly tar: Buffer
  readonly blob: Buffer
}

let base: Promise<Layer> | undefined

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A layer of these files, and of links to busybox in /bin. */
async function layer(files: Readonly<Record<string, Buffer>>, links: readonly string[]): Promise<Layer> {
  const folder = tempDir('layer')
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content, { mode: 0o755 })
  }
  for (const name of links) symlinkSync('busybox', join(folder, 'bin', name))
  const file = join(tempDir('layer'), 'layer.tar')
  await promisify(execFile)('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', file, '.'])
  const tar = readFileSync(file)
  return { tar, blob: gzipSync(tar, { level: 1 }) }
}

/** Removes every name that images have in a repository, or in a whole registry, and with the last name the image. */
export async function removeEverything(client: Docker, repo: string): Promise<void> {
  for (const { RepoTags, RepoDigests } of await client.listImages()) {
    for (const name of [...(RepoTags ?? []), ...(RepoDigests ?? [])]) {
      if (name.startsWith(repo) && ':@/'.includes(name.charAt(repo.length))) await client.getImage(name).remove({ force: true }).catch(() => {})
    }
  }
}

/** `address` is one of this machine's, on which others reach it too. */
export async function startRegistry(client: Docker, address = '127.0.0.1'): Promise<RegistryServer> {
  const folder = tempDir('registry')
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD)
  const port = await freePort()
  writeFileSync(join(folder, 'config.json'), JSON.stringify({
    version: '0.1', log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `${address}:${port}`, secret: 'of this test' },
    auth: { htpasswd: { realm: 'longshore tests', path: join(folder, 'htpasswd') } },
  }))
  const server = new RegistryServer(port, new ServerProcess({
    name: `docker-registry on port ${port}`,
    command: which('docker-registry') ?? 'docker-registry',
    args: ['serve', join(folder, 'config.json')],
    environment: childEnvironment(),
    logFile: join(folder, 'registry.log'),
    isReady: async () => (await fetch(`http://${address}:${port}/v2/`)).status === 401,
  }), folder, address)
  atEnd(async () => {
    await server.stop()
    await removeEverything(client, server.host)
  })
  await server.launch()
  return server
}

/** Credentials in the form in which `docker login` keeps them. */
export function dockerConfig(hosts: readonly string[], { username, password }: { readonly username: string; readonly password: string } = ACCOUNT): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  return JSON.stringify({ auths: Object.fromEntries(hosts.map(host => [host, { auth }])) })
}
