import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mustRun, run, which } from './command.mjs'
import { dockerJson, dockerRequest } from './docker-http.mjs'
import { Refusal } from './say.mjs'

/** Has `node` and a shell. */
export const NODE_IMAGE = 'longshore-demo/node:stable'
/** Has a shell and little more; about 4 MB. */
export const BUSYBOX_IMAGE = 'longshore-demo/busybox:stable'

/** Raised when the recipe below changes, so that images made by an older one are made again. */
const RECIPE = 2
const LABEL = 'org.longshore.demo.content'
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Makes the images of the demo and the tests out of what this machine has, so that no registry is needed: busybox, and
 * the very Node.js that runs this with the libraries it is linked to. An image that is there already, made of the same
 * files, is left alone. Returns the names of those that were made.
 */
export async function ensureDemoImages(socketPath, references = [BUSYBOX_IMAGE, NODE_IMAGE]) {
  const made = []
  for (const reference of references) {
    const files = [...(await shellFiles()), ...(reference === NODE_IMAGE ? await nodeFiles() : [])]
    const content = fingerprint(files)
    if ((await contentOf(socketPath, reference)) === content) continue
    const rootfs = mkdtempSync(join(tmpdir(), 'longshore-image-'))
    try {
      await buildRootfs(rootfs, files)
      await importImage(socketPath, reference, rootfs, [`ENV ${PATH}`, 'WORKDIR /', 'CMD ["sh"]', `LABEL ${LABEL}=${content}`])
      made.push(reference)
    } finally {
      rmSync(rootfs, { recursive: true, force: true })
    }
  }
  return made
}

/** A shell, and `flock`, which Debian's busybox leaves out and which tasks need to keep each other out. */
async function shellFiles() {
  const busybox = which('busybox')
  if (busybox === null) throw new Refusal('The demo image is made of busybox, which is not here: install busybox-static.')
  const flock = which('flock')
  return [...(await withLibraries(busybox, '/bin/busybox')), ...(flock === null ? [] : await withLibraries(flock, '/usr/bin/flock'))]
}

async function nodeFiles() {
  // Debian's own Node.js keeps some of its built-in modules in files.
  const shared = (process.config.variables.node_builtin_shareable_builtins ?? []).filter(path => path.startsWith('/') && existsSync(path))
  const certificates = ['/etc/ssl/certs/ca-certificates.crt'].filter(existsSync)
  return [...(await withLibraries(realpathSync(process.execPath), '/usr/local/bin/node')), ...[...shared, ...certificates].map(path => ({ from: path, to: path }))]
}

/** A program and what the loader would load with it: nothing more for a static one. */
async function withLibraries(from, to) {
  const { code, stdout } = await run('ldd', [from])
  const libraries = code === 0 ? [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(match => match[1]) : []
  return [{ from, to }, ...libraries.map(path => ({ from: path, to: path }))]
}

/** Names, sizes and times tell the contents apart well enough, without reading a hundred megabytes. */
function fingerprint(files) {
  const hash = createHash('sha256').update(`${RECIPE}\n`)
  for (const { from, to } of files) {
    const { size, mtimeMs } = statSync(from)
    hash.update(`${to} ${size} ${Math.trunc(mtimeMs)}\n`)
  }
  return hash.digest('hex').slice(0, 32)
}

async function contentOf(socketPath, reference) {
  const { status, text } = await dockerRequest(socketPath, 'GET', `/images/${reference}/json`)
  return status === 200 ? JSON.parse(text).Config?.Labels?.[LABEL] : undefined
}

async function buildRootfs(rootfs, files) {
  for (const folder of ['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp', 'usr/bin', 'usr/local/bin', 'var/tmp']) {
    mkdirSync(join(rootfs, folder), { recursive: true })
  }
  for (const folder of ['tmp', 'var/tmp']) chmodSync(join(rootfs, folder), 0o1777)
  for (const { from, to } of files) {
    const target = join(rootfs, to)
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(from, target)
  }
  chmodSync(join(rootfs, 'bin/busybox'), 0o755)
  const applets = await mustRun(join(rootfs, 'bin/busybox'), ['--list'])
  for (const applet of applets.split('\n')) {
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(rootfs, 'bin', applet))
  }
  symlinkSync('/bin/env', join(rootfs, 'usr/bin/env'))
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n')
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
  writeFileSync(join(rootfs, 'etc/nsswitch.conf'), 'hosts: files dns\n')
}

async function importImage(socketPath, reference, rootfs, changes) {
  const colon = reference.lastIndexOf(':')
  const query = new URLSearchParams({ fromSrc: '-', repo: reference.slice(0, colon), tag: reference.slice(colon + 1) })
  for (const change of changes) query.append('changes', change)
  const tar = spawn('tar', ['-C', rootfs, '--owner=0', '--group=0', '--numeric-owner', '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 2] })
  const { status, text } = await dockerRequest(socketPath, 'POST', `/images/create?${query}`, { stream: tar.stdout, timeoutMs: 120_000 })
  // Docker answers 200 before it has read all of the tar; an error then stands in the text.
  if (status !== 200 || text.includes('"error"')) throw new Error(`Docker did not take the image ${reference}: ${text.trim()}`)
  await dockerJson(socketPath, 'GET', `/images/${reference}/json`)
}
