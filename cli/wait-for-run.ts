import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../shared/config/schema.js'
import { mustFindRun } from '../shared/operations/find.js'
import type { RunState } from '../shared/states/run.js'
import { withDatabase } from './database.js'

const LOOK_EVERY_MS = 500

/** Resolves with the state in which a run ended. Ending this process leaves the run alone. */
export async function waitForRun(config: Config, { dag, run }: { readonly dag: string; readonly run: string }): Promise<RunState> {
  return withDatabase(config, async database => {
    for (;;) {
      const { run: found } = await mustFindRun(database, dag, run)
      if (found.ended_at !== null) return found.state
      await delay(LOOK_EVERY_MS)
    }
  })
}
