import { expect, it } from 'vitest'
import { pino } from 'pino'
import { loadConfig } from '../shared/config/load.js'
import type { Config } from '../shared/config/schema.js'
import { LIVE_SETTINGS, LiveConfig } from '../worker/live-config.js'
import { reloader } from './reload.js'

const settings = (flags: Partial<Config>): Config => loadConfig({ file: '/nowhere', fileRequired: false, environment: {}, flags }).config

it('a reload exchanges what can change, names what waits for a restart, and survives settings that cannot be read', () => {
  const lines: { msg: string; changed?: string[]; settings?: string[] }[] = []
  const log = pino({ level: 'info' }, { write: line => { lines.push(JSON.parse(line) as { msg: string }) } })
  const config = settings({})
  const live = new LiveConfig(config)
  const holder = live.current
  let read: () => Config = () => settings({ allowImage: ['etl:*'], concurrency: 3, logLevel: 'debug' })
  const reload = reloader({ log, config, read: () => read(), apply: next => live.exchange(next) })

  reload()
  expect(holder.allowImage).toEqual(['etl:*'])
  expect(holder.concurrency).toBe(config.concurrency)
  expect(log.level).toBe('debug')
  expect(lines.map(({ msg, changed, settings: waiting }) => changed ?? waiting ?? msg)).toEqual([['logLevel', 'allowImage'], ['concurrency']])

  read = () => { throw new Error('a typing error') }
  reload()
  expect(lines.at(-1)?.msg).toBe('the settings cannot be read; nothing has changed')
  expect(holder.allowImage).toEqual(['etl:*'])

  read = () => settings({})
  reload()
  expect(holder.allowImage).toEqual(['*'])
  expect(lines.at(-1)?.changed).toEqual(['logLevel', 'allowImage'])
})

it('what a worker may run can change under it, and nothing else', () => {
  expect(LIVE_SETTINGS.every(name => name.startsWith('allow'))).toBe(true)
  const all = Object.keys(settings({})).filter(name => name.startsWith('allow'))
  expect([...LIVE_SETTINGS].sort()).toEqual(all.sort())
})
