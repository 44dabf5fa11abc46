import { describe, expect, it } from 'vitest'
import { DIALECTS, Installation } from './installation.js'

const task = (id: string, more = ''): string => `  ${id}: { image: none, ${more} }`

describe.each(DIALECTS)('a run on %s', dialect => {
  it('goes through its tasks in order and ends in success', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(`dag: chain\nschedule: null\ntasks:\n${task('a')}\n${task('b', 'after: [a]')}\n${task('c', 'after: [b]')}\n`)
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(worker.jobs.map(job => job.task)).toEqual(['a', 'b', 'c'])
    expect(tasks['a']).toMatchObject({ state: 'success', fence: 1, try_number: 1 })
  })
})
