import { randomBytes } from 'node:crypto'
import { InvalidArgumentError, type Command } from 'commander'
import { Redis } from 'ioredis'
import { commandOptions, redisLabel } from '../../../shared/broker/redis.js'
import { workerRights, workerUser } from '../../../shared/broker/worker-acl.js'
import { LongshoreError } from '../../../shared/errors.js'
import { NO_QUEUE_NAME, QUEUE_NAME } from '../../../shared/protocol/keys.js'
import { note, print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { clientSettings } from '../../settings.js'

interface Options {
  readonly user?: string
  readonly keepPassword?: boolean
  readonly apply?: boolean
  readonly json?: boolean
}

/** Redis takes more, but a name is also part of a URL and of a line in an ACL file. */
const USER_NAME = /^[A-Za-z0-9_.-]{1,100}$/

export function define(command: Command): void {
  command
    .argument('<queues>', 'queues that the workers serve, with commas between them', readQueues)
    .option('--user <name>', 'name of the Redis user; default: longshore-worker- and the queues', readUser)
    .option('--keep-password', 'change only the rights of a user that exists, as after an upgrade')
    .option('--apply', 'make or change the user on the Redis of redisUrl; without it nothing is changed')
    .option('--json', 'print {user, queues, password, redisUrl, rules, applied, saved}')
    .addHelpText('after', `
The user can do what workers of these queues do, and nothing to other queues. \`ACL SETUSER\` followed by the user and the
rules makes it; the rules hold only the hash of the password, so they may stand in an ACL file (\`user NAME RULES\`).`)
    .action(async (queues: readonly string[], { user: named, keepPassword, apply, json }: Options) => {
      const { redisUrl, redisPrefix } = clientSettings(command).config
      const user = named ?? `${redisPrefix}-worker-${queues.join('-')}`
      const password = keepPassword === true ? null : randomBytes(24).toString('base64url')
      const rules = password === null ? ['on', ...workerRights(redisPrefix, queues)] : workerUser(redisPrefix, queues, password)
      const saved = apply === true ? await applyUser(redisUrl, user, rules, keepPassword === true) : null
      const url = password === null ? null : withUser(redisUrl, user, password)
      if (json === true) return printJson({ user, queues, password, redisUrl: url, rules, applied: apply === true, saved })
      print(renderFields([['user', user], ['queues', queues.join(', ')], ['password', password], ['redisUrl', url], ['ACL', `ACL SETUSER ${user} ${rules.join(' ')}`]]))
      if (apply !== true) note('Nothing was changed: run the ACL command as an administrator of Redis, or add --apply.')
      else if (saved === true) note(`The user is made on ${redisLabel(redisUrl)} and written to its ACL file.`)
      else note(`The user is made on ${redisLabel(redisUrl)}, which has no ACL file: it is gone after a restart of Redis unless its configuration says \`user ${user} …\`.`)
      if (password !== null) note('The password is shown once and kept nowhere.')
    })
}

/** Whether the user outlives a restart of Redis. */
async function applyUser(redisUrl: string, user: string, rules: readonly string[], mustExist: boolean): Promise<boolean> {
  if (redisUrl === '') throw new LongshoreError('LS_CONFIG', 'there is no Redis to make the user on: redisUrl is not set')
  const redis = new Redis({ ...commandOptions(redisUrl), lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect().catch((cause: Error) => { throw new LongshoreError('LS_REDIS_UNREACHABLE', `Redis at ${redisLabel(redisUrl)} does not answer: ${cause.message}`, { cause }) })
    if (mustExist && await redis.call('ACL', 'GETUSER', user) === null) throw new LongshoreError('LS_CONFIG', `Redis has no user ${user} whose password could be kept`, { hint: 'Leave out --keep-password to make the user.' })
    await redis.call('ACL', 'SETUSER', user, ...rules)
    return await redis.call('ACL', 'SAVE').then(() => true, () => false)
  } catch (cause) {
    if (cause instanceof LongshoreError) throw cause
    throw new LongshoreError('LS_CONFIG', `Redis at ${redisLabel(redisUrl)} refused to make the user: ${(cause as Error).message}`, { cause, hint: 'Give the URL of an administrator with --redis-url; managed services make users in their own console, from the rules that this command prints.' })
  } finally {
    redis.disconnect()
  }
}

/** Null where a URL cannot carry a user. */
function withUser(redisUrl: string, user: string, password: string): string | null {
  if (!/^rediss?:/.test(redisUrl)) return null
  const url = new URL(redisUrl)
  url.username = user
  url.password = password
  return url.href
}

function readQueues(text: string): string[] {
  const queues = [...new Set(text.split(',').map(part => part.trim()).filter(part => part !== ''))]
  const wrong = queues.find(queue => !QUEUE_NAME.test(queue))
  if (wrong !== undefined || queues.length === 0) throw new InvalidArgumentError(`'${wrong ?? text}' ${NO_QUEUE_NAME}.`)
  return queues
}

function readUser(text: string): string {
  if (!USER_NAME.test(text) || text === 'default') throw new InvalidArgumentError('It may have letters, digits, `_`, `.` and `-`, and must not be `default`.')
  return text
}
