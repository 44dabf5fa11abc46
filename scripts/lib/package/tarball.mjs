import { join } from 'node:path'
import { mustRun } from '../command.mjs'

/** The same tree for systems without dpkg: `tar -C / -xf` of it, then what the .deb's postinst does. Returns its path. */
export async function makeTarball(root, folder, { version, epoch, level }) {
  const file = join(folder, `longshore-${version}-linux-${process.arch}.tar.zst`)
  await mustRun('tar', [
    '-C', root, '--exclude=./DEBIAN', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${epoch}`, '--format=gnu',
    `--use-compress-program=zstd -q -${level} --single-thread`, '-cf', file, '.',
  ])
  return file
}
