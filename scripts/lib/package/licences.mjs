import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../paths.mjs'
import { manifest, nativePackages } from './native-modules.mjs'
import { nodeLicence } from './node-binary.mjs'

/** Every package of which something is in the bundle, from the paths of what went in. */
export const packagesOf = inputs => [...new Set(inputs.flatMap(path => {
  const name = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
  return name === undefined ? [] : [name]
}))]

/** What the pages are made of; Vite itself does not tell. */
export async function pagesInputs() {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'web/ui/main.tsx')], absWorkingDir: ROOT, outdir: join(ROOT, 'dist'), write: false, bundle: true, metafile: true,
    preserveSymlinks: true, format: 'esm', logLevel: 'silent', jsx: 'automatic',
    loader: { '.svg': 'text', '.woff2': 'empty', '.woff': 'empty', '.png': 'empty' },
  })
  return Object.keys(metafile.inputs)
}

/** /usr/share/doc/longshore/copyright: Longshore's own licence, then that of each package and of Node.js, once per text. */
export function copyright(inputs, node) {
  const texts = new Map()
  for (const name of [...new Set([...packagesOf(inputs), ...nativePackages()])].sort()) {
    const { version, license } = manifest(name)
    const text = licenceText(name) ?? `Licence: ${license}`
    texts.set(text, [...texts.get(text) ?? [], `${name} ${version}`])
  }
  const parts = [...texts].map(([text, names]) => `${names.join(', ')}\n${'-'.repeat(78)}\n\n${text}\n`)
  return [
    'Longshore is licensed under the Apache License 2.0, which on Debian systems is in\n/usr/share/common-licenses/Apache-2.0.\n\n'
    + 'The package holds Node.js and, bundled into its programs and pages, the packages below.\n',
    ...parts,
    `Node.js ${node.version}\n${'-'.repeat(78)}\n\n${nodeLicence(node)}\n`,
  ].join(`\n${'='.repeat(78)}\n\n`)
}

function licenceText(name) {
  const folder = join(ROOT, 'node_modules', name)
  if (!existsSync(folder)) return null
  const file = readdirSync(folder).sort().find(entry => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(entry))
  return file === undefined ? null : readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim()
}
