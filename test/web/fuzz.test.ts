import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ApiSite } from './site.js'

interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}
interface Request {
  readonly method: string
  readonly url: string
  readonly payload: unknown
}

/** What somebody may well send where a name, a number or a date belongs. */
const TEXTS = ['a', 'manual', 'one', 'db', '', '..', '%00', '\u0000', '💣', '\ud800', "'; DROP TABLE dags; --", '<script>', '__proto__', '0', '-1', '1', '1e308', '9007199254740993', 'true', '2026-01-01', '2026-13-45', 'x'.repeat(600)]
const anything = fc.oneof(fc.constantFrom<unknown>(...TEXTS, null, 0, -1, 1.5, true, [], {}), fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 2 }))

/** Mostly what is asked for, so that requests get past the first check. */
function valueOf({ type, enum: values, properties, items, anyOf }: Schema): fc.Arbitrary<unknown> {
  const wanted: fc.Arbitrary<unknown> = values !== undefined ? fc.constantFrom(...values)
    : anyOf !== undefined ? fc.oneof(...anyOf.map(valueOf))
    : type === 'object' ? fc.record(Object.fromEntries(Object.entries(properties ?? {}).map(([name, schema]) => [name, valueOf(schema)])), { requiredKeys: [] })
    : type === 'array' ? fc.array(valueOf(items ?? {}), { maxLength: 3 })
    : type === 'integer' || type === 'number' ? fc.oneof(fc.integer({ min: -2, max: 300 }), fc.constantFrom(2 ** 31, 1e15, -1e15))
    : type === 'boolean' ? fc.boolean()
    : type === 'string' ? fc.constantFrom(...TEXTS) : anything
  return fc.oneof({ weight: 9, arbitrary: wanted }, { weight: 1, arbitrary: anything })
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const encoded = (value: unknown): string => encodeURIComponent(text(value).toWellFormed())

function requestsOf(path: string, method: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<Request> {
  const of = (place: string) => fc.record(Object.fromEntries(parameters.filter(one => one.in === place).map(({ name, schema }) => [name, valueOf(schema)])), { requiredKeys: place === 'path' ? undefined as never : [] })
  const body = requestBody === undefined ? fc.constant(undefined) : valueOf(requestBody.content['application/json'].schema)
  return fc.record({ inPath: of('path'), query: of('query'), payload: body }).map(({ inPath, query, payload }) => ({
    method: method.toUpperCase(), payload,
    url: `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(inPath[name] ?? 'a'))}?${Object.entries(query).filter(([name]) => name !== 'as').flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map(one => `${name}=${encoded(one)}`)).join('&')}`,
  }))
}

it('whatever is sent to a route of the OpenAPI document is answered as documented, or refused as a problem with a code', async () => {
  const site = await ApiSite.open()
  const { installation } = site
  await installation.scheduler()
  await site.ask('PUT', '/pools/db', { body: { slots: 1 } })
  await installation.dag('dag: a\nschedule: "@daily"\nstart: 2099-01-01\nparams: { n: { type: integer, default: 1 } }\ntasks: { one: { kind: empty, outlets: [a] }, two: { kind: empty, after: [one] } }\n')
  await installation.trigger('a')
  await installation.ended('a')
  const { paths } = (await site.ask('GET', '/openapi.json')).body as { paths: Record<string, Record<string, Operation>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
  // Who asks here is nobody whom the database knows: identity has tests of its own.
  const requests = routes.filter(({ path }) => !/^\/api\/v1\/(auth\/|users|tokens|changes)/.test(path)).map(({ path, method, operation }) => requestsOf(path, method, operation))
  await fc.assert(fc.asyncProperty(fc.tuple(...requests), async all => {
    for (const { method, url, payload } of all) {
      const answer = await site.ask(method as 'GET', url.replace('/api/v1', ''), payload === undefined ? {} : { body: payload as object })
      const what = `${method} ${url} ${JSON.stringify(payload)} → ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`
      expect(answer.status, what).toBeLessThan(500)
      if (answer.status < 400) continue
      expect(String(answer.headers['content-type']), what).toMatch(/^application\/problem\+json/)
      expect(answer.body, what).toMatchObject({ code: expect.stringMatching(/^LS_/), status: answer.status, detail: expect.any(String), hint: expect.any(String) })
    }
  }), { numRuns: 25, endOnFailure: true })
}, 60_000)
