import openapi, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { expect, it } from 'vitest'
import { ApiSite } from './site.js'

const HEADER = '// Made from the OpenAPI document by `npm run client`; a test holds it to that.\n'

it('the typed client is that of the OpenAPI document', async () => {
  const site = await ApiSite.open()
  const { body } = await site.ask('GET', '/openapi.json', { grants: null })
  const source = await openapi(body as OpenAPI3, { alphabetize: true, defaultNonNullable: false })
  await expect(`${HEADER}${astToString(source)}`, 'run `npm run client`').toMatchFileSnapshot('../../web/client/schema.d.ts')
})
