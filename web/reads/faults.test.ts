import { expect, it } from 'vitest'
import { Faults, faultText } from './faults.js'

const failure = (message: string, code?: string): Error => Object.assign(new Error(message), { code })

it('says what is wrong without the names of servers, users and folders', () => {
  expect([
    failure('connect ECONNREFUSED 10.1.2.3:3306', 'ECONNREFUSED'), failure('getaddrinfo ENOTFOUND db.internal', 'ENOTFOUND'), failure("Access denied for user 'longshore'@'10.1.2.3'", 'ER_ACCESS_DENIED_ERROR'),
    failure('EACCES: permission denied, open /srv/logs', 'EACCES'), failure("Table 'longshore.runs' doesn't exist", 'ER_NO_SUCH_TABLE'), 'secret',
  ].map(error => faultText('it', error).split(';')[0])).toEqual(['it does not answer', 'it does not answer', 'it refuses access', 'it refuses access', 'it answers with an error', 'it answers with an error'])
})

it('writes into the log what has changed, not each look', () => {
  const written: string[] = []
  const write = (_: unknown, text: string): void => { written.push(text) }
  const faults = new Faults({ warn: write, info: write } as never)
  faults.answered('redis')
  for (const text of ['a', 'a', 'b']) faults.failed('redis', new Error(text))
  for (let look = 0; look < 2; look += 1) faults.answered('redis')
  expect(written).toEqual(['what work needs is not well', 'what work needs is not well', 'what work needs is well again'])
})
