import { describe, expect, it } from 'vitest'
import { PrefetchList } from '../../shared/broker/prefetch.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const task = (id: string, image: string, more = ''): string => `  ${id}: { image: ${image}, command: ['true']${more} }\n`

/** Every five minutes from a start long ago: due within five minutes, whatever the time is. */
const dag = (id: string, tasks: string, schedule = '"*/5 * * * *"', start = '2020-01-01'): string => `dag: ${id}\nschedule: ${schedule}\nstart: ${start}\ncatchup: false\ntasks:\n${tasks}`

describe.each(DIALECTS)('what workers are told to bring early, on %s', dialect => {
  it('is what DAGs need whose run is due within half an hour, by queue, without templates and without pull: never', async () => {
    const installation = await Installation.create(dialect)
    await installation.scheduler()
    await installation.dag(dag('soon', task('a', 'reg/a:1') + task('b', 'reg/b:1', ', queue: ml') + task('c', '"reg/{{ ds }}"') + task('d', 'reg/d:1', ', pull: never')))
    await installation.dag(dag('manual', task('a', 'reg/manual:1'), 'null'))
    await installation.dag(dag('never', task('a', 'reg/future:1'), '"0 0 * * *"', '2090-01-01'))
    // A scheduler writes the list when it starts, and then every 30 s.
    await installation.scheduler()
    const redis = openRedis(commandOptions(installation.redis.url))
    try {
      const list = new PrefetchList(redis, 'longshore')
      await until(async () => (await list.read('default')).size > 0 && (await list.read('ml')).size > 0)
      expect([...(await list.read('default')).keys()]).toEqual(['reg/a:1'])
      expect([...(await list.read('ml')).keys()]).toEqual(['reg/b:1'])
      const due = (await list.read('default')).get('reg/a:1') ?? 0
      expect(due - Date.now()).toBeGreaterThan(-10_000)
      expect(due - Date.now()).toBeLessThanOrEqual(300_000)
      expect(await redis.pttl('{longshore:ml}:prefetch')).toBeGreaterThan(0)
    } finally {
      redis.disconnect()
    }
  })
})
