import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureModules } from './lib/ensure-modules.mjs'
import { ensureNode } from './lib/ensure-node.mjs'
import { main } from './lib/say.mjs'

/** `npm run build` */
await main(async () => {
  ensureNode()
  await ensureModules()
  await ensureBuild()
})
