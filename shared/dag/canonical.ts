import { createHash } from 'node:crypto'

/** JSON with the keys of every object sorted and without white space: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    const sorted = Object.create(null) as Record<string, unknown>
    for (const key of Object.keys(part).sort()) sorted[key] = (part as Record<string, unknown>)[key]
    return sorted
  }) ?? 'null'
}

/** SHA-256 of the canonical JSON, in hex. */
export const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')
