import { describe, expect, it } from 'vitest'
import { DIALECTS, Installation } from '../installation.js'
import { dag, runOf } from './stage.js'

describe.each(DIALECTS)('a wait for a time on %s', dialect => {
  it('ends at the instant, to the second and not at the next poke', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_000)
    const id = await site.dag(dag('time', [`w: { wait: { until: "${at.toISOString()}" }, pokeInterval: 1h }`]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['w']?.ended_at).toBeGreaterThanOrEqual(at.getTime())
    expect(tasks['w']?.ended_at).toBeLessThan(at.getTime() + 10_000)
  })

  it('does not wait for what is past', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('past', ['w: { wait: { until: "2020-01-01" } }']))
    await site.trigger(id)
    expect((await site.ended(id)).tasks['w']).toMatchObject({ state: 'success', reason: 'it is past 2020-01-01T00:00:00+00:00' })
  })

  it('fails, or is skipped where the author says so, when its timeout passes first', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('late', [
      'f: { wait: { until: "2999-01-01" }, timeout: 1s }', 's: { wait: { until: "2999-01-01", onTimeout: skip }, timeout: 1s }', 'e: { wait: { event: never, onTimeout: skip }, timeout: 1s, pokeInterval: 1h }',
    ]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['f']).toMatchObject({ state: 'failed', reason: 'waited longer than its timeout of 1s: waits until 2999-01-01T00:00:00+00:00' })
    expect(tasks['s']?.state).toBe('skipped')
    expect(tasks['e']).toMatchObject({ state: 'skipped', reason: "waited longer than its timeout of 1s: waits for the event 'never'" })
    for (const task of Object.values(tasks)) expect((task.ended_at ?? 0) - (task.started_at ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  it('fails a task whose template cannot be rendered, and says which', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('wrong', ['w: { wait: { until: "{{ params.when }}" } }', 'x: { wait: { until: "2020-01-01" } }'], ['params: { when: { type: string, default: soon } }']))
    await runOf(site, id, 'manual', { params: { when: 'soon' } })
    const { tasks } = await site.ended(id)
    expect(tasks['w']?.state).toBe('failed')
    expect(tasks['w']?.reason).toContain("LS_TEMPLATE: 'wait.until' on task 'w'")
    expect(tasks['x']?.state).toBe('success')
  })
})
