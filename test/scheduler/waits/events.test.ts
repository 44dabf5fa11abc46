import { describe, expect, it } from 'vitest'
import { until } from '../../harness/wait.js'
import { DIALECTS, Installation } from '../installation.js'
import { dag, instance, post, waiting } from './stage.js'

describe.each(DIALECTS)('a wait for an event on %s', dialect => {
  it('ends with the first event since it began, and hands its payload on', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('approval', ['w: { wait: { event: "ok:{{ run_id }}" }, pokeInterval: 1h }', 'a: { image: none, after: w, env: { WHO: "{{ results.w.who }}" } }']))
    expect(await post(site, 'ok:manual', { payload: '{"who":"nobody"}' })).toBe(0)
    await site.trigger(id)
    await waiting(site, id, 'w', "waits for the event 'ok:manual'")
    expect(await post(site, 'ok:other', { payload: '1' })).toBe(0)
    expect(await post(site, 'ok:manual', { payload: '{"who":"ada"}' })).toBe(1)
    await post(site, 'ok:manual', { payload: '{"who":"too late"}', isRejected: true })
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['w']?.reason).toBe("event 'ok:manual' was posted by ada")
    expect(worker.jobs[0]?.env['WHO']).toBe('ada')
  })

  it('hears only of its own run what was posted for one run', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('approval', ['w: { wait: { event: ok }, pokeInterval: 1s }']))
    await site.trigger(id, 'one')
    await site.trigger(id, 'two')
    await waiting(site, id, 'w', 'waits for', 'one')
    await waiting(site, id, 'w', 'waits for', 'two')
    expect(await post(site, 'ok', { run: { dag: id, run: 'two' } })).toBe(1)
    expect((await site.ended(id, 'two')).state).toBe('success')
    const before = await instance(site, id, 'w', 'one')
    const again = await until(async () => { const row = await instance(site, id, 'w', 'one'); return row?.due_at !== before?.due_at ? row : undefined })
    expect(again?.state).toBe('up_for_reschedule')
    await post(site, 'ok')
    expect((await site.ended(id, 'one')).state).toBe('success')
  })

  it('fails the task when it is rejected, and says by whom and why', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('approval', ['w: { wait: { event: ok }, pokeInterval: 1h }']))
    await site.trigger(id)
    await waiting(site, id, 'w', 'waits for')
    await post(site, 'ok', { isRejected: true, payload: '"numbers are off"' })
    expect((await site.ended(id)).tasks['w']).toMatchObject({ state: 'failed', reason: `event 'ok' was rejected by ada: "numbers are off"` })
  })

  it('takes a branch by its payload, and fails when that names nothing downstream', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('choice', ['w: { wait: { event: "go:{{ run_id }}" }, branch: true, pokeInterval: 1h }', 'yes: { kind: empty, after: w }', 'no: { kind: empty, after: w }']))
    await site.trigger(id, 'right')
    await site.trigger(id, 'wrong')
    await waiting(site, id, 'w', 'waits for', 'right')
    await waiting(site, id, 'w', 'waits for', 'wrong')
    await post(site, 'go:right', { payload: '"yes"' })
    await post(site, 'go:wrong', { payload: '"maybe"' })
    const { tasks } = await site.ended(id, 'right')
    expect([tasks['w']?.state, tasks['yes']?.state, tasks['no']?.state]).toEqual(['success', 'success', 'skipped'])
    const wrong = (await site.ended(id, 'wrong')).tasks['w']
    expect(wrong?.state).toBe('failed')
    expect(wrong?.reason).toContain('LS_BRANCH')
  })

  it('is refused when its name or payload is wrong, or its run does not exist', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('approval', ['w: { kind: empty }']))
    await expect(post(site, 'two words')).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { payload: '{' })).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { payload: '[1e999]' })).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { payload: JSON.stringify('x'.repeat(70_000)) })).rejects.toMatchObject({ code: 'LS_EVENT_INVALID' })
    await expect(post(site, 'ok', { run: { dag: 'other', run: 'x' } })).rejects.toMatchObject({ code: 'LS_DAG_NOT_FOUND' })
    await expect(post(site, 'ok', { run: { dag: id, run: 'x' } })).rejects.toMatchObject({ code: 'LS_RUN_NOT_FOUND' })
  })
})
