import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { ROOT } from './lib/paths.mjs'
import { main } from './lib/say.mjs'

/** `npm run bench [-- …]` */
await main(async () => {
  ensureNode()
  await Promise.all([ensurePackages(['redis', 'mariadb']), ensureModules()])
  await ensureBuild()
  const child = spawn(process.execPath, [join(ROOT, 'dist/bench/main.js'), ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code ?? 1
})
