import { describe, expect, it } from 'vitest'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const dag = (id: string, tasks: readonly string[]): string => [`dag: ${id}`, 'schedule: null', 'defaults: { image: none }', 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')

describe.each(DIALECTS)('a branch on %s', dialect => {
  const fork = ['choose: { branch: true }', 'left: { after: [choose] }', 'right.one: { after: [choose] }', 'right.two: { after: [choose] }', 'last: { after: [left, right.one, right.two], triggerRule: none_failed_min_one_success }']

  it('follows the task or the group that it names, all that it lists, and nothing when it says null', async () => {
    const answers: readonly (readonly [result: string, states: Readonly<Record<string, string>>])[] = [
      ['"left"', { left: 'success', 'right.one': 'skipped', 'right.two': 'skipped', last: 'success' }],
      ['"right"', { left: 'skipped', 'right.one': 'success', 'right.two': 'success', last: 'success' }],
      ['["left", "right.two"]', { left: 'success', 'right.one': 'skipped', 'right.two': 'success', last: 'success' }],
      ['null', { left: 'skipped', 'right.one': 'skipped', 'right.two': 'skipped', last: 'skipped' }],
      ['[]', { left: 'skipped', 'right.one': 'skipped', 'right.two': 'skipped', last: 'skipped' }],
    ]
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'choose' ? { result: answers[Number(job.run)]?.[0] } : {}) })
    const id = await site.dag(dag('fork', fork))
    for (const run of answers.keys()) await site.trigger(id, String(run))
    for (const [run, [result, states]] of answers.entries()) {
      const { state, tasks } = await site.ended(id, String(run))
      expect(state).toBe('success')
      expect(Object.fromEntries(Object.entries(tasks).map(([task, row]) => [task, row.state])), result).toEqual({ choose: 'success', ...states })
      for (const row of Object.values(tasks)) if (row.state === 'skipped' && row.task_id !== 'last') expect(row.reason).toBe("not followed by branch 'choose'")
      const ran = worker.jobs.filter(job => job.run === String(run)).map(({ task }) => task)
      expect(ran.sort()).toEqual(['choose', ...Object.keys(states).filter(task => states[task] === 'success')].sort())
    }
  })

  it('that names what is not directly downstream fails with LS_BRANCH, and nothing follows', async () => {
    const answers = ['"nowhere"', '["left", "last"]', '42', '{"left": true}']
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => ({ result: answers[Number(job.run)] }) })
    const id = await site.dag(dag('lost', fork))
    for (const run of answers.keys()) await site.trigger(id, String(run))
    for (const run of answers.keys()) {
      const { state, tasks } = await site.ended(id, String(run))
      expect([state, tasks['choose']?.state, tasks['left']?.state, tasks['last']?.state]).toEqual(['failed', 'failed', 'upstream_failed', 'upstream_failed'])
      expect(tasks['choose']?.reason).toContain('LS_BRANCH: its result names ')
      expect(tasks['choose']?.reason).toContain("it can follow 'left', 'right.one', 'right.two'")
    }
    expect(worker.jobs).toHaveLength(answers.length)
  })

  it('does not skip where its ways meet again, nor what does not come directly after it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => (job.task === 'choose' ? { result: '"extra"' } : {}) })
    const id = await site.dag(dag('optional', [
      'choose: { branch: true }', 'extra: { after: [choose] }', 'join: { after: [choose, extra] }', 'other: { after: [choose] }', 'beyond: { after: [other], triggerRule: all_done }',
    ]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect([tasks['extra']?.state, tasks['join']?.state, tasks['other']?.state, tasks['beyond']?.state]).toEqual(['success', 'success', 'skipped', 'success'])
  })
})

describe.each(DIALECTS)('a short circuit on %s', dialect => {
  const below = ['next: { after: [gate] }', 'deep: { after: [next], triggerRule: all_done }', 'deeper: { after: [deep, beside], triggerRule: all_done }', 'beside:']

  it('skips everything downstream, whatever its trigger rule; a plain skip only what needs it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => ({ exitCode: job.task === 'gate' ? 99 : 0 }) })
    const short = await site.dag(dag('short', ['gate: { shortCircuit: true }', ...below]))
    const plain = await site.dag(dag('plain', ['gate:', ...below]))
    await site.trigger(short)
    await site.trigger(plain)
    const states = async (id: string): Promise<string[]> => { const { tasks } = await site.ended(id); return ['gate', 'next', 'deep', 'deeper', 'beside'].map(task => tasks[task]?.state ?? 'missing') }
    expect(await states(short)).toEqual(['skipped', 'skipped', 'skipped', 'skipped', 'success'])
    expect(await states(plain)).toEqual(['skipped', 'skipped', 'success', 'success', 'success'])
    expect((await site.tasks(short))['deeper']?.reason).toBe("short-circuited by 'gate'")
    expect(worker.jobs.filter(job => job.dag === short).map(({ task }) => task).sort()).toEqual(['beside', 'gate'])
  })

  it('skips nothing when it succeeds or fails, nor when it was itself skipped before it ran', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: { fails: 65, skips: 99 }[job.task] ?? 0 }) })
    const id = await site.dag(dag('closed', [
      'passes: { shortCircuit: true }', 'after_pass: { after: [passes] }',
      'fails: { shortCircuit: true }', 'after_fail: { after: [fails], triggerRule: all_done }',
      'skips:', 'never: { shortCircuit: true, after: [skips] }', 'after_never: { after: [never], triggerRule: all_done }',
    ]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect([tasks['after_pass'], tasks['after_fail'], tasks['never'], tasks['after_never']].map(row => row?.state)).toEqual(['success', 'success', 'skipped', 'success'])
  })

  it('leaves alone what runs already because its rule did not wait', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let open = (): void => {}
    const eager = new Promise<void>(resolve => { open = resolve })
    const worker = site.worker({ answer: async job => { if (job.task === 'gate') await until(() => worker.jobs.some(({ task }) => task === 'eager')); if (job.task === 'eager') await eager; return { exitCode: job.task === 'gate' ? 99 : 0 } } })
    const id = await site.dag(dag('eager', ['quick:', 'gate: { shortCircuit: true }', 'eager: { after: [quick, gate], triggerRule: one_success }', 'end: { after: [eager] }']))
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['gate']?.state === 'skipped')
    open()
    const { tasks } = await site.ended(id)
    expect([tasks['eager']?.state, tasks['end']?.state]).toEqual(['success', 'skipped'])
  })
})
