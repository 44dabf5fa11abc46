import { beforeAll, expect, it } from 'vitest'
import { Workplace } from './setting.js'

let here: Workplace
beforeAll(() => { here = new Workplace() })

it('help is a result, and asking for nothing is a usage error that shows it', async () => {
  const help = await here.run('--help')
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toContain('standalone')
  const group = await here.run('dags')
  expect(group).toMatchObject({ code: 2, stdout: '' })
  expect(group.stderr).toContain('trigger')
  const leaf = await here.run('dags', 'trigger', '--help')
  expect(leaf).toMatchObject({ code: 0, stderr: '' })
  expect(leaf.stdout).toContain('--run-id')
  expect((await here.run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/)
})

it.each([
  [['dgs', 'list'], "unknown command 'dgs'; did you mean 'dags'?"],
  [['dags', 'trigr', 'x'], "unknown command 'trigr'; did you mean 'trigger'?"],
  [['runs', 'list', '--jsn'], "unknown option '--jsn'; did you mean '--json'?"],
  [['dags', 'show'], "missing required argument 'dag'"],
  [['runs', 'list', '-n', 'many'], 'whole number'],
  [['dags', 'trigger', 'x', '--param', 'a=1', '--params', '{}'], 'either --param or --params'],
  [['db', 'rollback'], 'loses the data'],
])('%j is refused with exit code 2 and a hint', async (args, message) => {
  const result = await here.run(...args)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('error LS_USAGE: ')
  expect(result.stderr).toContain(message)
  expect(result.stderr).toMatch(/\n→ \S/)
})

it('an unknown setting suggests the one that was meant, wherever it stands', async () => {
  const variable = await new Workplace({}, { env: { LONGSHORE_REDISURL: 'redis://x' } }).run('config')
  expect(variable).toMatchObject({ code: 1, stdout: '' })
  expect(variable.stderr).toContain("error LS_CONFIG: unknown setting 'LONGSHORE_REDISURL' in the environment; did you mean 'LONGSHORE_REDIS_URL'?")
  const file = await new Workplace({ 'longshore.yaml': 'dagDir: x' }).run('config')
  expect(file.stderr).toContain("unknown setting 'dagDir' in longshore.yaml; did you mean 'dagsDir'?")
  const missing = await here.run('config', '--config', 'nowhere.yaml')
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain('cannot read nowhere.yaml')
})

it('config shows every value with its origin, and no password', async () => {
  const work = new Workplace({ 'longshore.yaml': 'redisUrl: redis://user:hunter2@redis.internal\nparallelism: 7\nlogLevel: warn' }, { env: { LONGSHORE_PARALLELISM: '8', LONGSHORE_SECRET_X: 'hunter2', LONGSHORE_DATABASE_URL: 'mysql://me:hunter2@db/x' } })
  const settings = await work.ask<{ name: string; value: unknown; origin: string }[]>('config', '--log-level', 'error')
  const of = (name: string) => settings.find(setting => setting.name === name)
  expect(of('parallelism')).toEqual({ name: 'parallelism', value: 8, origin: 'LONGSHORE_PARALLELISM' })
  expect(of('logLevel')).toMatchObject({ value: 'error', origin: 'flag' })
  expect(of('redisUrl')).toMatchObject({ origin: 'longshore.yaml' })
  expect(of('leaseTtl')).toMatchObject({ value: 300_000, origin: 'default' })
  expect(JSON.stringify(settings)).not.toContain('hunter2')
  expect((await work.run('config')).stdout).not.toContain('hunter2')
})

it('a command in a directory without an installation makes nothing there and says what to do', async () => {
  const empty = new Workplace()
  const result = await empty.run('dags', 'list')
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.stderr).toContain('error LS_DATABASE_UNREACHABLE: there is no database .longshore/longshore.db')
  expect(result.stderr).toContain('→ Start `longshore standalone`')
  expect((await empty.run('db', 'migrate')).stdout).toContain('applied 001-initial')
  expect(await empty.run('dags', 'list')).toMatchObject({ code: 0, stdout: '', stderr: 'There are no DAGs.\n' })
})
