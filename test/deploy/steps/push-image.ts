import { until } from '../../harness/wait.js'
import type { Move } from '../checks.js'
import { attemptsOf } from '../collect.js'
import { STEADY } from '../dags.js'
import type { Site } from '../site.js'

export const REPOSITORY = 'etl'
export const ALIAS = 'stable'

/** As CI does: the image first, then the alias. Nothing is restarted, and nobody tells a node. */
export async function pushImage(site: Site, from: string): Promise<Move> {
  const beganAt = Date.now()
  const to = await site.registry.publish(REPOSITORY, ALIAS)
  // A node remembers for a second what an alias stands for (imageCheckEvery); the rest is for clocks and a question under way.
  const heldAt = Date.now() + 5_000
  await until(async () => (await attemptsOf(site)).some(row => row.dag === STEADY && row.queuedAt > heldAt && row.state === 'finished'), { timeout: 120_000, interval: 500, describe: 'a run with the new image' })
  return { from, to, beganAt, heldAt }
}
