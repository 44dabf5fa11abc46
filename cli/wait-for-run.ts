import { setTimeout as delay } from 'node:timers/promises'
import type { RunState } from '../shared/states/run.js'
import { patiently } from './patiently.js'
import type { Runs } from './ports/runs.js'

const LOOK_EVERY_MS = 500

/** Resolves with the state in which a run ended. Ending this process leaves the run alone. */
export async function waitForRun(runs: Runs, { dag, run }: { readonly dag: string; readonly run: string }): Promise<RunState> {
  for (;;) {
    const { state, isOver } = await patiently(() => runs.status(dag, run))
    if (isOver) return state
    await delay(LOOK_EVERY_MS)
  }
}
