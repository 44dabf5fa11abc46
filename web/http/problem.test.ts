import { expect, it } from 'vitest'
import { LongshoreError } from '../../shared/errors.js'
import { problemOf } from './problem.js'

it('an answer does not tell where servers are and who asks them, whatever the error says', () => {
  const secret = 'longshore@db.internal:3306'
  const outage = Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: 'ECONNREFUSED' })
  for (const code of ['LS_DATABASE_UNREACHABLE', 'LS_REDIS_UNREACHABLE', 'LS_TIMEOUT', 'LS_LOG_STORE'] as const) {
    const problem = problemOf(new LongshoreError(code, `${secret} does not answer`, { cause: outage }))
    expect(problem).toMatchObject({ code, status: 503, detail: expect.stringMatching(/^(?:the database|Redis|the log store) (?:does not answer|answers with an error); the log of the web process says more$/) })
    expect(JSON.stringify(problem)).not.toContain(secret)
  }
  expect(problemOf(outage)).toMatchObject({ code: 'LS_DATABASE_UNREACHABLE', detail: 'the database does not answer; the log of the web process says more' })
  expect(problemOf(new LongshoreError('LS_POOL_IN_USE', `the pool '${secret}' is in use`)).detail).toContain(secret)
})
