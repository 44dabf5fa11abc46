/** What came of looking for a secret in one place. */
export type Reading =
  /** `from` says where, for people; it holds nothing of the value. */
  | { readonly kind: 'found'; readonly value: string; readonly from: string }
  | { readonly kind: 'absent' }
  /** It is there and is not used, and the next look would say the same. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Nobody can tell now. */
  | { readonly kind: 'failed'; readonly why: string }

/** One place in which a worker keeps secrets. */
export interface SecretSource {
  /** For people. */
  readonly label: string
  read(name: string): Promise<Reading>
  /** The names that it has, as far as it can tell. */
  names(): Promise<readonly string[]>
}

/** Of a variable Linux takes 128 KiB, its name included. */
export const MAX_SECRET_BYTES = 64 * 1024

/** What an environment variable can hold; one line feed at the end belongs to the file and not to the value. */
export function readingOf(bytes: Buffer, from: string): Reading {
  if (bytes.length > MAX_SECRET_BYTES) return { kind: 'refused', why: `${from} has more than ${MAX_SECRET_BYTES} bytes` }
  const value = textOf(bytes)?.replace(/\r?\n$/, '')
  if (value === undefined || value.includes('\0')) return { kind: 'refused', why: `${from} is not text` }
  return value === '' ? { kind: 'refused', why: `${from} is empty` } : { kind: 'found', value, from }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
