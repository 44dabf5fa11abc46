import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { mustRun } from '../command.mjs'
import { ROOT } from '../paths.mjs'
import { bundleProcesses } from './bundle.mjs'
import { copyright, pagesInputs } from './licences.mjs'
import { copyNativeModules } from './native-modules.mjs'
import { copyNode } from './node-binary.mjs'

export const LIB = 'usr/lib/longshore'
/** Files that belong to the administrator. */
export const SETTINGS = ['longshore.yaml', 'scheduler.env', 'web.env', 'worker-default.env'].map(name => `etc/longshore/${name}`)

const SHELLS = {
  bash: 'usr/share/bash-completion/completions/longshore',
  zsh: 'usr/share/zsh/vendor-completions/_longshore',
  fish: 'usr/share/fish/vendor_completions.d/longshore.fish',
}

/** Lays out below `root` everything that the package installs. Modes and times are the same whoever builds, and when. */
export async function layOut(root, { version, node, epoch }) {
  const at = path => join(root, path)
  const put = (path, content) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), content)
  }
  const copy = (from, to) => cpSync(join(ROOT, from), at(to), { recursive: true, filter: path => !path.endsWith('.test.ts') })

  const inputs = await bundleProcesses(at(`${LIB}/lib`))
  copyNativeModules(at(`${LIB}/node_modules`))
  copyNode(node, at(`${LIB}/bin/node`))
  copy('dist/ui', `${LIB}/ui`)
  copy('packaging/libexec', `${LIB}/libexec`)
  put(`${LIB}/package.json`, `${JSON.stringify({ name: 'longshore', version, type: 'module', private: true }, null, 2)}\n`)
  put(`${LIB}/BUILD.json`, `${JSON.stringify({ version, built: new Date(epoch * 1000).toISOString(), node: { version: node.version, sha256: node.sha256 } }, null, 2)}\n`)
  copy('packaging/bin', 'usr/bin')
  copy('packaging/etc', 'etc/longshore')
  copy('systemd', 'usr/lib/systemd/system')
  copy('monitoring/rules', 'usr/share/longshore/prometheus')
  copy('monitoring/grafana', 'usr/share/longshore/grafana')
  for (const name of ['prometheus.yml', 'prometheus-ec2.yml', 'grafana-dashboards.yaml', 'targets']) copy(`monitoring/${name}`, `usr/share/doc/longshore/monitoring/${name}`)
  copy('packaging/docker-daemon.json', 'usr/share/longshore/docker-daemon.json')
  copy('packaging/sysusers.conf', 'usr/lib/sysusers.d/longshore.conf')
  copy('packaging/tmpfiles.conf', 'usr/lib/tmpfiles.d/longshore.conf')

  for (const name of readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'))) copy(`docs/${name}`, `usr/share/doc/longshore/docs/${name}`)
  copy('docs/operations', 'usr/share/doc/longshore/docs/operations')
  copy('examples', 'usr/share/doc/longshore/examples')
  put('usr/share/doc/longshore/changelog.gz', gzip(readFileSync(join(ROOT, 'CHANGELOG.md'))))
  put('usr/share/doc/longshore/copyright', copyright([...inputs, ...await pagesInputs()], node))

  // The very program that is packed tells what its commands are.
  const say = (...args) => mustRun(node.binary, [at(`${LIB}/lib/longshore.js`), ...args], { env: { PATH: process.env.PATH, SOURCE_DATE_EPOCH: String(epoch), NO_COLOR: '1' } })
  for (const [shell, path] of Object.entries(SHELLS)) put(path, await say('completion', shell))
  put('usr/share/man/man1/longshore.1.gz', gzip(await say('manual')))

  normalise(root, epoch)
}

/** Without a name or a time in it. */
const gzip = content => gzipSync(content, { level: 9 })

const PROGRAM = /^(?:usr\/bin\/|usr\/lib\/longshore\/(?:bin|libexec)\/|usr\/lib\/longshore\/node_modules\/@esbuild\/[^/]+\/bin\/)/

export function normalise(root, epoch, path = '') {
  const place = join(root, path)
  const isFolder = lstatSync(place).isDirectory()
  if (isFolder) for (const name of readdirSync(place).sort()) normalise(root, epoch, path === '' ? name : `${path}/${name}`)
  chmodSync(place, isFolder || PROGRAM.test(path) ? 0o755 : 0o644)
  utimesSync(place, epoch, epoch)
}
