import type { Command } from 'commander'
import { LongshoreError } from '../shared/errors.js'
import type { Direct } from './direct/direct.js'
import type { Noun, Ports } from './ports/ports.js'
import type { Api } from './remote/api.js'
import { clientSettings } from './settings.js'

interface Ways<Port> {
  readonly direct: () => Promise<new (direct: Direct) => Port>
  readonly remote: () => Promise<new (api: Api) => Port>
}

/** Both ways to each noun; what is not used is not loaded. */
const WAYS: { readonly [Name in Noun]: Ways<Ports[Name]> } = {
  adhoc: { direct: async () => (await import('./direct/adhoc.js')).DirectAdhoc, remote: async () => (await import('./remote/adhoc.js')).RemoteAdhoc },
  assets: { direct: async () => (await import('./direct/assets.js')).DirectAssets, remote: async () => (await import('./remote/assets.js')).RemoteAssets },
  backfills: { direct: async () => (await import('./direct/backfills.js')).DirectBackfills, remote: async () => (await import('./remote/backfills.js')).RemoteBackfills },
  bundles: { direct: async () => (await import('./direct/bundles.js')).DirectBundles, remote: async () => (await import('./remote/bundles.js')).RemoteBundles },
  dags: { direct: async () => (await import('./direct/dags.js')).DirectDags, remote: async () => (await import('./remote/dags.js')).RemoteDags },
  events: { direct: async () => (await import('./direct/events.js')).DirectEvents, remote: async () => (await import('./remote/events.js')).RemoteEvents },
  pools: { direct: async () => (await import('./direct/pools.js')).DirectPools, remote: async () => (await import('./remote/pools.js')).RemotePools },
  queues: { direct: async () => (await import('./direct/queues.js')).DirectQueues, remote: async () => (await import('./remote/queues.js')).RemoteQueues },
  releases: { direct: async () => (await import('./direct/releases.js')).DirectReleases, remote: async () => (await import('./remote/releases.js')).RemoteReleases },
  runs: { direct: async () => (await import('./direct/runs.js')).DirectRuns, remote: async () => (await import('./remote/runs.js')).RemoteRuns },
  tasks: { direct: async () => (await import('./direct/tasks.js')).DirectTasks, remote: async () => (await import('./remote/tasks.js')).RemoteTasks },
  tokens: { direct: async () => (await import('./direct/tokens.js')).DirectTokens, remote: async () => (await import('./remote/tokens.js')).RemoteTokens },
  users: { direct: async () => (await import('./direct/users.js')).DirectUsers, remote: async () => (await import('./remote/users.js')).RemoteUsers },
  workers: { direct: async () => (await import('./direct/workers.js')).DirectWorkers, remote: async () => (await import('./remote/workers.js')).RemoteWorkers },
}

/** Works on one noun of the installation, over the API of a server where one is set and else on the database, and closes what it opened. */
export async function on<Name extends Noun, T>(command: Command, noun: Name, work: (port: Ports[Name]) => Promise<T>): Promise<T> {
  const { config, origin } = clientSettings(command)
  const ways: Ways<Ports[Name]> = WAYS[noun]
  if (origin.databaseUrl === 'flag' && origin.server === 'flag') throw new LongshoreError('LS_USAGE', 'give either --server or --database-url')
  // A flag beats what a file or a variable says for other commands.
  if (config.server !== '' && origin.databaseUrl !== 'flag') {
    const [{ openApi }, Remote] = await Promise.all([import('./remote/api.js'), ways.remote()])
    return work(new Remote(openApi(config)))
  }
  const [{ withDatabase }, { Direct }, Way] = await Promise.all([import('./database.js'), import('./direct/direct.js'), ways.direct()])
  return withDatabase(config, database => work(new Way(new Direct(config, database))))
}
