import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunView } from '../../shared/views/run-view.js'
import { Workplace } from '../cli/setting.js'
import { atEnd } from '../harness/cleanup.js'
import { until } from '../harness/wait.js'

const ROOT = resolve(import.meta.dirname, '../..')

/** The examples as processes under a standalone of their own, which write to a folder of their own. */
async function installExamples(approvalTime: string): Promise<Workplace> {
  const work = new Workplace()
  const examples = join(work.folder, 'examples')
  for (const name of ['lib', 'scripts']) cpSync(join(ROOT, 'examples', name), join(examples, name), { recursive: true })
  cpSync(join(ROOT, 'examples/dags-without-docker/stocks.ts'), join(examples, 'dags/stocks.ts'))
  symlinkSync(join(ROOT, 'node_modules'), join(work.folder, 'node_modules'))
  mkdirSync(join(examples, 'out'))
  const lib = join(examples, 'lib/stocks.ts')
  writeFileSync(lib, readFileSync(lib, 'utf8').replace("APPROVAL_TIME = '2m'", `APPROVAL_TIME = '${approvalTime}'`))
  const standalone = await work.standalone('--dags', join(examples, 'dags'))
  // In order, or its Redis would live on.
  atEnd(async () => { await standalone.terminate() })
  await until(async () => (await work.ask<unknown[]>('dags', 'list')).length === 2, { timeout: 60_000 })
  return work
}

const show = (work: Workplace, run: string, dag = 'examples.stocks'): Promise<RunView> => work.ask<RunView>('runs', 'show', dag, run)

const ended = (work: Workplace, run: string, dag?: string): Promise<RunView> => until(async () => {
  const view = await show(work, run, dag)
  return view.endedAt !== null && view
}, { timeout: 90_000, interval: 300, describe: `the end of ${run}` })

const statesOf = (view: RunView): Record<string, string> => Object.fromEntries(view.tasks.map(({ task, mapIndex, state }) => [mapIndex < 0 ? task : `${task}[${mapIndex}]`, state]))

const waitsForApproval = (work: Workplace, run: string): Promise<unknown> =>
  until(async () => statesOf(await show(work, run))['review.approval'] === 'up_for_reschedule', { timeout: 90_000, interval: 300 })

const reports = async (work: Workplace): Promise<string[]> =>
  (await work.ask<{ run: string }[]>('runs', 'list', '--dag', 'examples.stock_report')).map(({ run }) => run)

async function logOf(work: Workplace, dag: string, run: string, task: string): Promise<string> {
  return (await work.run('tasks', 'logs', dag, run, task)).stdout
}

describe('examples.stocks', () => {
  let work: Workplace
  beforeAll(async () => { work = await installExamples('10m') }, 120_000)

  it('loads what is complete at once and the rest when it is approved; the asset starts the report, which has both', { timeout: 300_000 }, async () => {
    await work.ask('dags', 'trigger', 'examples.stocks', '--run-id', 'approved')
    await waitsForApproval(work, 'approved')
    expect(statesOf(await show(work, 'approved'))).toMatchObject({ 'load': expect.stringMatching(/success|running|queued|scheduled/), 'review.load': 'none', 'publish': 'none' })
    expect(await logOf(work, 'examples.stocks', 'approved', 'review.explain')).toContain('GOOG begins in 2004-08: it has 68 months, 55 are missing')
    const why = await work.run('tasks', 'why', 'examples.stocks', 'approved', 'publish')
    expect(why.stdout).toContain("waits for the event 'stocks-approved'")

    await work.ask('events', 'post', 'stocks-approved', '--payload', '{"by":"ann"}')
    const view = await ended(work, 'approved')
    expect(view.state).toBe('success')
    expect(statesOf(view)).toEqual(Object.fromEntries([
      'changed', 'list', ...[0, 1, 2, 3, 4].map(index => `clean[${index}]`), 'judge', 'load', 'review.explain', 'review.approval', 'review.load', 'loaded', 'publish',
    ].map(id => [id, 'success'])))
    expect(await logOf(work, 'examples.stocks', 'approved', 'review.load')).toContain('GOOG, approved with {"by":"ann"}: the table has 560 rows')

    const [report] = await until(async () => { const runs = await reports(work); return runs.length > 0 && runs })
    const reported = await ended(work, report as string, 'examples.stock_report')
    expect(reported).toMatchObject({ state: 'success', type: 'asset', reason: expect.stringContaining('examples.stocks/approved/publish') })
    expect(reported.tasks.filter(({ task }) => task === 'rank')).toHaveLength(6)
    const text = await logOf(work, 'examples.stock_report', report as string, 'report')
    // By hand from the table: the price of Google was 560.19 in March 2010 and 458.16 three years before.
    expect(text).toContain('GOOG 22.3 %')
    expect(text).toContain('growth over 10 years: AAPL 556.9 %, AMZN 92.3 %, IBM 18.3 %, MSFT -33.4 %')
    expect(text).toContain('New since the last report: AAPL, AMZN, GOOG, IBM, MSFT')
  })

  it('does nothing when the prices are those that were loaded last, and makes no report of it', { timeout: 120_000 }, async () => {
    await work.ask('dags', 'trigger', 'examples.stocks', '--run-id', 'unchanged')
    const view = await ended(work, 'unchanged')
    expect(view.state).toBe('success')
    expect(new Set(Object.values(statesOf(view)))).toEqual(new Set(['skipped']))
    expect(view.tasks.slice(1).map(({ reason }) => reason)).toEqual(Array<string>(9).fill("short-circuited by 'changed'"))
    expect(await reports(work)).toHaveLength(1)
  })

  it('fails and publishes nothing when the approval is refused', { timeout: 240_000 }, async () => {
    await work.ask('dags', 'trigger', 'examples.stocks', '--run-id', 'refused', '--param', 'again=true')
    await waitsForApproval(work, 'refused')
    await work.ask('events', 'post', 'stocks-approved', '--reject', '--payload', '"too short"')
    const view = await ended(work, 'refused')
    expect(view.state).toBe('failed')
    expect(statesOf(view)).toMatchObject({ 'load': 'success', 'review.approval': 'failed', 'review.load': 'upstream_failed', 'publish': 'upstream_failed' })
    expect(await reports(work)).toHaveLength(1)
  })
})

it('examples.stocks ends also when nobody answers: without the series that is not complete', { timeout: 300_000 }, async () => {
  const work = await installExamples('1s')
  await work.ask('dags', 'trigger', 'examples.stocks', '--run-id', 'alone')
  const view = await ended(work, 'alone')
  expect(view.state).toBe('success')
  expect(statesOf(view)).toMatchObject({ 'load': 'success', 'review.approval': 'skipped', 'review.load': 'skipped', 'loaded': 'success', 'publish': 'success' })
  const [report] = await until(async () => { const runs = await reports(work); return runs.length > 0 && runs })
  await ended(work, report as string, 'examples.stock_report')
  const text = await logOf(work, 'examples.stock_report', report as string, 'report')
  expect(text).toContain('growth over 1 year: AAPL 112.2 %')
  expect(text).not.toContain('GOOG')
})
