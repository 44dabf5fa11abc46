import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../test/harness/temp-dir.js'
import { mysqlTls } from './mysql-tls.js'

const at = (query: string): URL => new URL(`mysql://longshore@db.example.com/longshore${query}`)

test('TLS is used when it is asked for, and the certificate must be for the host', () => {
  expect(mysqlTls(at(''))).toBeUndefined()
  expect(mysqlTls(at('?tls=true'))).toEqual({ verifyIdentity: true })
})

test('the authorities may be those of a file', () => {
  const file = join(tempDir('tls'), 'ca.pem')
  writeFileSync(file, '-----BEGIN CERTIFICATE-----')
  expect(mysqlTls(at(`?tls=${encodeURIComponent(file)}`))).toEqual({ verifyIdentity: true, ca: '-----BEGIN CERTIFICATE-----' })
})

test('what asks for TLS in a way that is not understood gets no connection in clear', () => {
  expect(() => mysqlTls(at('?tls=yes'))).toThrow(/tls=yes is neither/)
  expect(() => mysqlTls(at('?tls=/nowhere/ca.pem'))).toThrow(/cannot be read/)
  expect(() => mysqlTls(new URL('mysql://longshore@10.0.0.1/longshore?tls=true'))).toThrow(/must be a name/)
  expect(() => mysqlTls(new URL('mysql://longshore@[::1]/longshore?tls=true'))).toThrow(/must be a name/)
})
