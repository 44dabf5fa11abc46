import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { defaultDocker } from './lib/docker.mjs'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { ensurePackages } from './lib/ensure-packages.mjs'
import { ROOT } from './lib/paths.mjs'
import { PrivateDockerd } from './lib/private-dockerd.mjs'
import { main } from './lib/say.mjs'
import { killProcesses, MARKER_VARIABLE, runProcesses } from './lib/test-remains.mjs'

/** `npm run bench [-- …]` */
await main(async () => {
  ensureNode()
  // Only W4 runs containers.
  const containers = !process.argv.includes('W4') ? [] : ['busybox', 'registry', ...((await defaultDocker()).ok ? [] : ['docker'])]
  // Only W8 looks at pages.
  const browser = process.argv.includes('W8') && !process.argv.includes('--no-pages') ? ['chromium'] : []
  await Promise.all([ensurePackages(['redis', 'mariadb', ...containers, ...browser]), ensureModules()])
  await ensureBuild()
  // Bundled, because it uses the servers of test/harness and the scripts, which are not part of the product's build.
  const { build } = await import('esbuild')
  const bundle = join(ROOT, 'dist/bench.js')
  await build({ entryPoints: [join(ROOT, 'bench/main.ts')], bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: bundle, logLevel: 'warning' })
  return runBench(bundle)
})

/** Everything that it starts and writes lies under one folder, so that nothing is left of one that was stopped in the middle. */
async function runBench(bundle) {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'))
  const child = spawn(process.execPath, [bundle, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, TMPDIR: folder, [MARKER_VARIABLE]: basename(folder) } })
  // Ctrl-C reaches it by the terminal.
  const wait = () => {}
  const end = () => { child.kill('SIGTERM') }
  process.on('SIGINT', wait).on('SIGTERM', end).on('SIGHUP', end)
  const [code] = await once(child, 'exit')
  for (const daemon of PrivateDockerd.under(folder)) await daemon.stop()
  await killProcesses(runProcesses(basename(folder), folder))
  rmSync(folder, { recursive: true, force: true })
  return code ?? 1
}
