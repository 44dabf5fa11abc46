import type { AddressInfo } from 'node:net'
import { DirectAdhoc } from '../../cli/direct/adhoc.js'
import { DirectAssets } from '../../cli/direct/assets.js'
import { DirectBackfills } from '../../cli/direct/backfills.js'
import { DirectBundles } from '../../cli/direct/bundles.js'
import { DirectDags } from '../../cli/direct/dags.js'
import { Direct } from '../../cli/direct/direct.js'
import { DirectEvents } from '../../cli/direct/events.js'
import { DirectPools } from '../../cli/direct/pools.js'
import { DirectQueues } from '../../cli/direct/queues.js'
import { DirectReleases } from '../../cli/direct/releases.js'
import { DirectRuns } from '../../cli/direct/runs.js'
import { DirectTasks } from '../../cli/direct/tasks.js'
import { DirectTokens } from '../../cli/direct/tokens.js'
import { DirectUsers } from '../../cli/direct/users.js'
import { DirectWorkers } from '../../cli/direct/workers.js'
import type { Ports } from '../../cli/ports/ports.js'
import { RemoteAdhoc } from '../../cli/remote/adhoc.js'
import { openApi } from '../../cli/remote/api.js'
import { RemoteAssets } from '../../cli/remote/assets.js'
import { RemoteBackfills } from '../../cli/remote/backfills.js'
import { RemoteBundles } from '../../cli/remote/bundles.js'
import { RemoteDags } from '../../cli/remote/dags.js'
import { RemoteEvents } from '../../cli/remote/events.js'
import { RemotePools } from '../../cli/remote/pools.js'
import { RemoteQueues } from '../../cli/remote/queues.js'
import { RemoteReleases } from '../../cli/remote/releases.js'
import { RemoteRuns } from '../../cli/remote/runs.js'
import { RemoteTasks } from '../../cli/remote/tasks.js'
import { RemoteTokens } from '../../cli/remote/tokens.js'
import { RemoteUsers } from '../../cli/remote/users.js'
import { RemoteWorkers } from '../../cli/remote/workers.js'
import { Role } from '../../web/identity/access.js'
import { tempDir } from '../harness/temp-dir.js'
import type { Dialect } from '../scheduler/installation.js'
import { IdentitySite } from '../web/identity-site.js'

/** An installation whose API listens, with what commands speak to in both ways. */
export async function bothWays(dialect: Dialect = 'sqlite') {
  const logs = tempDir('logs')
  const settings = { logStore: `file:${logs}` }
  const site = await IdentitySite.open(dialect, settings)
  await site.app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(site.app.server.address() as AddressInfo).port}`
  await site.user('root', [{ role: Role.admin, namespace: '*' }])
  const token = await site.token('root')
  return { site, installation: site.installation, logs, url, token, direct: directPorts(new Direct(site.installation.config(settings), site.database)), remote: remotePorts(url, token) }
}

const directPorts = (direct: Direct): Ports => ({
  adhoc: new DirectAdhoc(direct), assets: new DirectAssets(direct), backfills: new DirectBackfills(direct), bundles: new DirectBundles(direct), dags: new DirectDags(direct), events: new DirectEvents(direct), pools: new DirectPools(direct),
  queues: new DirectQueues(direct), releases: new DirectReleases(direct), runs: new DirectRuns(direct), tasks: new DirectTasks(direct), tokens: new DirectTokens(direct), users: new DirectUsers(direct), workers: new DirectWorkers(direct),
})

export function remotePorts(server: string, token: string): Ports {
  const api = openApi({ server, token })
  return {
    adhoc: new RemoteAdhoc(api), assets: new RemoteAssets(api), backfills: new RemoteBackfills(api), bundles: new RemoteBundles(api), dags: new RemoteDags(api), events: new RemoteEvents(api), pools: new RemotePools(api),
    queues: new RemoteQueues(api), releases: new RemoteReleases(api), runs: new RemoteRuns(api), tasks: new RemoteTasks(api), tokens: new RemoteTokens(api), users: new RemoteUsers(api), workers: new RemoteWorkers(api),
  }
}
