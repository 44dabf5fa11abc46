import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../command.mjs'
import { ROOT } from '../paths.mjs'
import { SETTINGS } from './tree.mjs'

export const DEBIAN_ARCH = { x64: 'amd64', arm64: 'arm64' }
const SCRIPTS = ['postinst', 'prerm', 'postrm']

/** Makes the .deb of a tree; returns its path. */
export async function makeDeb(root, folder, { version, epoch, level }) {
  const control = join(root, 'DEBIAN')
  mkdirSync(control)
  const files = filesUnder(root).filter(path => !path.startsWith('DEBIAN/'))
  const put = (name, text, mode = 0o644) => {
    writeFileSync(join(control, name), text)
    chmodSync(join(control, name), mode)
    utimesSync(join(control, name), epoch, epoch)
  }
  put('md5sums', files.filter(path => !SETTINGS.includes(path)).map(path => `${createHash('md5').update(readFileSync(join(root, path))).digest('hex')}  ${path}\n`).join(''))
  put('conffiles', SETTINGS.map(path => `/${path}\n`).join(''))
  put('control', controlOf(version, files.reduce((sum, path) => sum + lstatSync(join(root, path)).size, 0)))
  for (const name of SCRIPTS) put(name, readFileSync(join(ROOT, 'packaging/debian', name), 'utf8'), 0o755)
  chmodSync(control, 0o755)
  utimesSync(control, epoch, epoch)
  utimesSync(root, epoch, epoch)
  const deb = join(folder, `longshore_${version}_${DEBIAN_ARCH[process.arch]}.deb`)
  // One thread: what several threads write depends on how many there are.
  await mustRun('dpkg-deb', ['--root-owner-group', '-Zzstd', `-z${level}`, '--threads-max=1', '--build', root, deb], { env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C' } })
  return deb
}

function controlOf(version, bytes) {
  const template = readFileSync(join(ROOT, 'packaging/debian/control'), 'utf8')
  const values = { VERSION: version, ARCH: DEBIAN_ARCH[process.arch], SIZE: String(Math.ceil(bytes / 1024)) }
  return template.replaceAll(/@(\w+)@/g, (_, name) => values[name])
}

/** Sorted: the order of a directory is that of its file system. */
function filesUnder(root, path = '') {
  return readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(entry => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`
    return entry.isDirectory() ? filesUnder(root, below) : [below]
  })
}
