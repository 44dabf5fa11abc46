import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { defaultDocker } from './lib/docker.mjs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { ROOT } from './lib/paths.mjs'
import { main } from './lib/say.mjs'

/** `npm run bench [-- …]` */
await main(async () => {
  ensureNode()
  // Only W4 runs containers.
  const containers = !process.argv.includes('W4') ? [] : ['busybox', ...((await defaultDocker()).ok ? [] : ['docker'])]
  await Promise.all([ensurePackages(['redis', 'mariadb', ...containers]), ensureModules()])
  await ensureBuild()
  // Bundled, because it uses the servers of test/harness and the scripts, which are not part of the product's build.
  const { build } = await import('esbuild')
  const bundle = join(ROOT, 'dist/bench.js')
  await build({ entryPoints: [join(ROOT, 'bench/main.ts')], bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: bundle, logLevel: 'warning' })
  const child = spawn(process.execPath, [bundle, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code ?? 1
})
