import { within } from '../../worker/clock.js'
import { DockerApi } from '../../worker/executors/docker/docker-api.js'
import { readHostRemains } from '../host-remains.js'
import { ok, warn, type Check } from './check.js'

const PATIENCE_MS = 5_000

/** Whether workers that are gone have left something on this Docker. What cannot be reached is another check's finding. */
export const checkLeftovers: Check = async ({ config, role }) => {
  if (role === 'scheduler' || config.redisUrl === '') return []
  const remains = await within(PATIENCE_MS, readHostRemains(config, new DockerApi(config.dockerHost)))
  if (remains === undefined) return []
  const removable = remains.filter(({ verdict }) => verdict.isRemovable)
  if (removable.length === 0) return [ok('leftovers', 'none')]
  const running = removable.filter(({ thing }) => thing.state === 'running').length
  return [warn('leftovers', `${removable.length} of workers that are gone, of which ${running} still run`, 'Look at them with `longshore workers reap --host`; with --yes it removes them.')]
}
