import { expect, it } from 'vitest'
import { listRuns, type RunListRow } from '../../shared/database/tables/dag-runs.js'
import { counted, counter, FaultSite, type SiteTask } from '../faults/site.js'
import type { LongshoreProcess } from '../harness/longshore.js'
import { lasting, until } from '../harness/wait.js'
import { seeded } from './seeded.js'

/** `ENDURANCE_ROUNDS=200 npm run test:endurance` is the whole; a seed repeats the moments, not what the machine does in them. */
const ROUNDS = Number(process.env['ENDURANCE_ROUNDS'] ?? 20)
const SEED = Number(process.env['ENDURANCE_SEED'] ?? Math.floor(Math.random() * 1e9))

/** In times that a worker needs to start, 800 ms on a quiet machine: some die before, most after. */
const LONGEST_LIFE = 3.25
const LONGEST_START_MS = 4_000

/** Several in a row that die before they renew are no loss of a host: on a busy machine they may take longer than a short lease. */
const PATIENT = { LONGSHORE_LEASE_TTL: '120000', LONGSHORE_SELF_FENCE_AFTER: '100000' }

/** Long and short, chatty and silent, in containers and as processes; the number is that of the lines each prints. */
const TASKS: Readonly<Record<string, SiteTask & { readonly lines: number }>> = {
  brief: { work: counter(1, 0), lines: 1 },
  short: { work: counter(5, 0.1), lines: 5 },
  long: { work: counter(20, 0.15), lines: 20 },
  chatty: { work: counter(2_000, 0).replace('; sleep 0', ''), lines: 2_000 },
  process: { work: counter(15, 0.1), kind: 'process', lines: 15 },
  next: { work: counter(2, 0), after: ['brief', 'short'], lines: 2 },
}

const deaths = { killed: 0, stopped: 0, killedWhileStopping: 0 }

/** Ends a worker in one of three ways. */
async function end(worker: LongshoreProcess, random: () => number): Promise<void> {
  const how = random()
  if (how < 0.5) {
    deaths.killed += 1
    return worker.kill9()
  }
  if (how < 0.8) {
    deaths.stopped += 1
    await worker.terminate()
    return
  }
  deaths.killedWhileStopping += 1
  const stopped = worker.terminate()
  await lasting(random() * 300)
  if (worker.running) await worker.kill9()
  await stopped
}

/** Waits for all runs; when one does not end, says what its tasks are at. */
async function ended(site: FaultSite): Promise<RunListRow[]> {
  const open: string[] = []
  return until(async () => {
    const all = await listRuns(site.database, { dagId: 'rounds', limit: 10_000 })
    const waiting = all.filter(run => run.ended_at === null)
    open.splice(0, Infinity, `${waiting.length} runs`)
    for (const { run_id: run } of waiting.slice(0, 5)) {
      for (const [name, task] of Object.entries(await site.tasks('rounds', run))) if (task.state !== 'success') open.push(`${run} ${name} ${task.ti_id}.${task.fence} ${task.state}`)
    }
    return waiting.length === 0 ? all : null
  }, { timeout: 60_000 + ROUNDS * 3_000, interval: 500, describe: () => `all runs to end; open are ${open.join(', ')}; on disk are ${site.stateFiles().join(', ')}` })
}

it(`workers that are killed and stopped at random moments, ${ROUNDS} times (seed ${SEED}), lose nothing, double nothing and leak nothing`, async () => {
  const random = seeded(SEED)
  const site = await FaultSite.open()
  const scheduler = await site.scheduler(PATIENT)
  await site.dag('rounds', TASKS, 'schedule: null\nmaxActiveRuns: 1000')
  let adopted = 0
  const begun = performance.now()
  await (await site.worker(PATIENT)).terminate()
  const longestLife = LONGEST_LIFE * Math.min(LONGEST_START_MS, performance.now() - begun)
  const note = (worker: LongshoreProcess): void => { adopted += worker.log.filter(({ msg }) => msg === 'attempt adopted').length }
  for (let round = 0; round < ROUNDS; round += 1) {
    await site.triggerHere('rounds', `run${round}`)
    const worker = await site.launchWorker(PATIENT)
    await lasting(random() * longestLife)
    await end(worker, random)
    note(worker)
  }
  const last = await site.worker(PATIENT)
  const runs = await ended(site)
  await site.expectNothingLeft()
  note(last)

  // Nothing lost: every task of every run succeeded with its first try.
  expect(runs.map(run => run.state)).toEqual(Array.from({ length: ROUNDS }, () => 'success'))
  const ids: number[] = []
  for (const { run_id: run } of runs) {
    for (const [name, task] of Object.entries(await site.tasks('rounds', run))) {
      const attempts = await site.attempts(task)
      const story = attempts.map(({ fence, state, reason, detail }) => `${fence}: ${state} ${reason} ${detail}`).join('\n')
      // A worker that dies between taking a job and claiming it costs a dispatch. Nothing else may.
      const unclaimed = attempts.filter(({ state, detail }) => state === 'lost' && detail === 'a worker took its job and never claimed it').length
      expect(task, `${run} ${name} was\n${story}`).toMatchObject({ state: 'success', try_number: 1, infra_losses: unclaimed })
      ids.push(task.ti_id)
      const accepted = attempts.find(attempt => attempt.fence === task.fence)
      expect(accepted && site.storedLog(accepted), `log of ${run} ${name}`).toEqual(counted(TASKS[name]?.lines ?? 0))
    }
  }
  // Nothing doubled: the ledger, which the tasks themselves keep, has one start and one end of each.
  expect(site.ledger.check()).toEqual({ startedTwice: [], overlaps: [], outOfOrder: [], unended: [] })
  expect(site.ledger.started().map(attempt => Number(attempt.split('.')[0])).sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b))
  expect(ids).toHaveLength(ROUNDS * Object.keys(TASKS).length)
  // And the rounds were about something.
  process.stdout.write(`endurance: ${ROUNDS} rounds, seed ${SEED}: ${JSON.stringify(deaths)}, ${ids.length} tasks, ${adopted} adoptions\n`)
  expect(adopted).toBeGreaterThan(ROUNDS / 4)
  expect([scheduler.running, last.running]).toEqual([true, true])
  await site.close()
}, 240_000 + ROUNDS * 16_000)
