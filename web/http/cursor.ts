import { z } from 'zod'
import { Problem } from './problem.js'

/** A page of a list: `next` fetches the one after it, and is null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().nullable() })

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** From the `next` of the page before. */
  cursor: z.string().max(1_000).optional(),
})

/** The key of the last item of a page, as opaque text. */
export const toCursor = (key: readonly (string | number | null)[]): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** @throws Problem LS_REQUEST_INVALID for what this list has not given out */
export function fromCursor<Key extends z.ZodType>(cursor: string | undefined, key: Key): z.infer<Key> | null {
  if (cursor === undefined) return null
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new Problem('LS_REQUEST_INVALID', 'the cursor is not one that this list has given out', { hint: 'Take it from `next` of the page before, with the same filters.' })
  }
}
