import type { FastifySerializerCompiler } from 'fastify'
import { z } from 'zod'
import { expect } from 'vitest'

/** Serialises an answer that is exactly what its schema says, and fails the request otherwise. */
export const strictSerializer: FastifySerializerCompiler<unknown> = ({ schema, method, url }) => data => {
  const plain = JSON.parse(JSON.stringify(data)) as unknown
  if (schema instanceof z.ZodType) {
    const parsed = schema.safeParse(plain)
    if (!parsed.success) throw new Error(`the answer of ${method} ${url} is not as documented: ${z.prettifyError(parsed.error)}`)
    // What the schema does not know, it leaves out.
    expect(plain, `${method} ${url} says only what is documented`).toEqual(parsed.data)
  }
  return JSON.stringify(data)
}
