import type { Adhoc } from './adhoc.js'
import type { Assets } from './assets.js'
import type { Backfills } from './backfills.js'
import type { Bundles } from './bundles.js'
import type { Dags } from './dags.js'
import type { Events } from './events.js'
import type { Pools } from './pools.js'
import type { Queues } from './queues.js'
import type { Releases } from './releases.js'
import type { Runs } from './runs.js'
import type { Tasks } from './tasks.js'
import type { Tokens } from './tokens.js'
import type { Users } from './users.js'
import type { Workers } from './workers.js'

/** What commands ask and do, noun by noun; of each there is one that goes to the database and one that goes to the API. */
export interface Ports {
  readonly adhoc: Adhoc
  readonly assets: Assets
  readonly backfills: Backfills
  readonly bundles: Bundles
  readonly dags: Dags
  readonly events: Events
  readonly pools: Pools
  readonly queues: Queues
  readonly releases: Releases
  readonly runs: Runs
  readonly tasks: Tasks
  readonly tokens: Tokens
  readonly users: Users
  readonly workers: Workers
}

export type Noun = keyof Ports
