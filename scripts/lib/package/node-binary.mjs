import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mustRun } from '../command.mjs'
import { ensureNode } from '../ensure-node.mjs'
import { Refusal } from '../say.mjs'

/**
 * The Node.js that is packed: the one that runs the build and ran the tests, unless another is named. (An npm package with a
 * binary in it would be a second Node.js to keep up to date, that no test has run on.) Its checksum is in BUILD.json.
 */
export async function chooseNode(path = process.execPath) {
  const binary = realpathSync(path)
  const [version, shared] = JSON.parse(await mustRun(binary, ['-p', 'JSON.stringify([process.versions.node, process.config.variables.node_shared || (process.config.variables.node_builtin_shareable_builtins ?? []).some(path => path.startsWith("/"))])']))
  ensureNode(version)
  // Debian's own needs libnode and files below /usr/share that other systems do not have.
  if (shared) throw new Refusal(`${binary} is linked to libraries of this system. Name one that stands alone, as nodejs.org has them, with --node PATH.`)
  return { binary, version, sha256: createHash('sha256').update(readFileSync(binary)).digest('hex') }
}

export function copyNode({ binary }, target) {
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(binary, target)
}

/** What its distribution has beside the binary. */
export function nodeLicence({ binary, version }) {
  const place = [join(dirname(binary), '../LICENSE'), join(dirname(binary), '../share/doc/nodejs/LICENSE'), '/usr/share/doc/nodejs/LICENSE'].find(existsSync)
  if (place !== undefined) return readFileSync(place, 'utf8').trim()
  return `Node.js is under the MIT licence; it holds parts under others. All of them: https://github.com/nodejs/node/blob/v${version}/LICENSE`
}
