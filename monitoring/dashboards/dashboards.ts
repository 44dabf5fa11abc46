import { cluster } from './cluster.js'
import { dags } from './dags.js'
import type { Dashboard } from './dashboard.js'
import { queues } from './queues.js'
import { workers } from './workers.js'

export const DASHBOARDS: readonly Dashboard[] = [cluster, dags, queues, workers]
