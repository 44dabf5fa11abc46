import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { Refusal } from './say.mjs'

/** Refuses a Node.js that is older than `engines` in package.json asks for. */
export function ensureNode(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const wanted = engines.node.replace(/^>=\s*/, '')
  if (!isAtLeast(version, wanted)) {
    throw new Refusal(`Longshore needs Node.js ${wanted} or later; this is ${version} (${process.execPath}).\n`
      + 'Install a current one from your distribution or https://nodejs.org, then run this again.')
  }
}

function isAtLeast(version, wanted) {
  const have = version.split('.').map(Number)
  for (const [index, part] of wanted.split('.').map(Number).entries()) {
    const own = have[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}
