import { chmod, rename, writeFile } from 'node:fs/promises'
import { readTextIfAny } from '../../state/durable-file.js'

/** As Docker writes it for a container that has no network. */
const LOCAL_NAMES = [
  '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet', 'ff00::0\tip6-mcastprefix', 'ff02::1\tip6-allnodes', 'ff02::2\tip6-allrouters', '',
].join('\n')

/** The `/etc/hosts` that all containers without a network share and only read: `localhost` is a name there too. */
export async function writeHostsFile(path: string): Promise<void> {
  // Containers have the file itself mounted: it must not change under them.
  if (await readTextIfAny(path) === LOCAL_NAMES) return
  const draft = `${path}.tmp`
  await writeFile(draft, LOCAL_NAMES)
  // Tasks read it as any user, whatever umask the worker has.
  await chmod(draft, 0o644)
  await rename(draft, path)
}
