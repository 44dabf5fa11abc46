import { expect, it } from 'vitest'
import { until } from '../harness/wait.js'
import { Workplace } from './setting.js'

const DAILY = `
dag: daily
schedule: '0 0 * * *'
timezone: Europe/Berlin
end: 2024-03-01
deadline: 1h
params: { code: { type: integer, default: 0 } }
defaults: { kind: process }
tasks:
  one: { shell: "exit {{ params.code }}" }
  each: { shell: "exit 0", map: [a, b, c], after: [one] }
`

interface Shown {
  readonly state: string
  readonly total: number
  readonly runs: Readonly<Record<string, number>>
}

it('a backfill is made, watched, and refused by the command', async () => {
  const place = new Workplace({ 'dags/daily.yaml': DAILY })
  const standalone = await place.standalone()
  await until(async () => (await place.ask<{ dag: string }[]>('dags', 'list')).length === 1)

  const dry = await place.run('dags', 'backfill', 'daily', '--from', '2024-01-01', '--to', '2024-01-03', '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toContain('2023-12-31 23:00:00Z')
  expect(dry.stderr).toContain('3 dates: 3 new, 0 again, 0 left alone. Nothing was changed.')
  expect(await place.ask('backfills', 'list')).toEqual([])

  const made = await place.run('dags', 'backfill', 'daily', '--from', '2024-01-01', '--to', '2024-01-03', '--max-active-runs', '2')
  expect(made.stdout.trim()).toBe('1')
  const shown = await until(async () => { const found = await place.ask<Shown>('backfills', 'show', '1'); return found.state === 'completed' ? found : undefined }, { timeout: 25_000, interval: 200 })
  expect(shown).toMatchObject({ total: 3, runs: { success: 3 }, dag: 'daily', from: '2023-12-31T23:00:00.000Z', maxActiveRuns: 2, leftMs: null })
  expect((await place.run('backfills', 'show', '1')).stdout).toMatch(/runs +3 of 3: 3 success/)
  expect((await place.run('backfills', 'list', '--dag', 'daily')).stdout).toContain('completed')

  const again = await place.run('dags', 'backfill', 'daily', '--from', '2024-01-01', '--to', '2024-01-03')
  expect(again).toMatchObject({ code: 0, stdout: '' })
  expect(again.stderr).toContain('Nothing to do: all 3 dates have a run.')

  for (const [code, ...args] of [
    ['LS_BACKFILL_RANGE', 'dags', 'backfill', 'daily', '--from', '2024-01-03', '--to', '2024-01-01'],
    ['LS_BACKFILL_NOT_FOUND', 'backfills', 'show', '99'],
    ['LS_BACKFILL_ENDED', 'backfills', 'pause', '1'],
    ['LS_BACKFILL_ENDED', 'backfills', 'cancel', '1'],
    ['LS_PARAMS_INVALID', 'dags', 'backfill', 'daily', '--from', '2024-01-01', '--to', '2024-01-03', '--param', 'code=x'],
    ['LS_USAGE', 'dags', 'backfill', 'daily', '--from', '2024-01-01', '--to', '2024-01-03', '--reprocess', 'all'],
  ] as const) expect((await place.run(...args)).stderr, args.join(' ')).toContain(code)
  await standalone.terminate()
}, 90_000)

it('a run that is triggered is waited for, may have a date of the past, and says who made it', async () => {
  const place = new Workplace({ 'dags/daily.yaml': DAILY })
  const standalone = await place.standalone()
  await until(async () => (await place.ask<{ dag: string }[]>('dags', 'list')).length === 1)

  const good = await place.run('dags', 'trigger', 'daily', '--logical-date', '2024-02-01T12:00', '--wait')
  expect(good).toMatchObject({ code: 0, stdout: 'manual__2024-02-01T11:00:00.000Z\nsuccess\n' })
  const bad = await place.run('dags', 'trigger', 'daily', '--param', 'code=65', '--run-id', 'bad', '--wait', '--json')
  expect(bad.code).toBe(1)
  expect(bad.json()).toEqual({ dag: 'daily', run: 'bad', state: 'failed' })

  const run = await place.ask<Record<string, unknown>>('runs', 'show', 'daily', 'manual__2024-02-01T11:00:00.000Z')
  expect(run).toMatchObject({ dataIntervalStart: '2024-01-30T23:00:00.000Z', dataIntervalEnd: '2024-01-31T23:00:00.000Z', reason: expect.stringMatching(/^triggered by ./) as string, backfill: null, deadlineMissed: false })
  expect(run['deadlineAt']).toEqual(expect.any(String))
  const folded = (await place.run('runs', 'show', 'daily', 'manual__2024-02-01T11:00:00.000Z')).stdout
  expect(folded).toContain('each[0..2]  3: 3 success')
  expect((await place.run('runs', 'show', 'daily', 'manual__2024-02-01T11:00:00.000Z', '--all')).stdout).toContain('each[2]')

  expect((await place.ask<{ run: string }[]>('runs', 'list', '--state', 'failed', 'cancelled')).map(({ run: id }) => id)).toEqual(['bad'])
  expect(await place.ask('runs', 'list', '--since', '1h')).toHaveLength(2)
  expect(await place.ask('runs', 'list', '--since', '2099-01-01')).toEqual([])

  for (const [code, ...args] of [
    ['LS_RUN_EXISTS', 'dags', 'trigger', 'daily', '--logical-date', '2024-02-01T12:00'],
    ['LS_USAGE', 'dags', 'trigger', 'daily', '--logical-date', '2099-01-01'],
    ['LS_USAGE', 'dags', 'trigger', 'daily', '--logical-date', 'yesterday'],
    ['LS_USAGE', 'dags', 'trigger', 'daily', '--run-id', 'backfill__mine'],
    ['LS_USAGE', 'dags', 'trigger', 'daily', '--run-id', 'triggered__1.1'],
    ['LS_USAGE', 'dags', 'trigger', 'daily', '--run-id', 'asset__mine'],
    ['LS_USAGE', 'runs', 'list', '--since', 'yesterday'],
    ['LS_USAGE', 'runs', 'list', '--state', 'done'],
  ] as const) expect((await place.run(...args)).stderr, args.join(' ')).toContain(code)
  await standalone.terminate()
}, 90_000)
