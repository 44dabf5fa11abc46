import { randomBytes } from 'node:crypto'
import { newSecret } from './secret.js'

/** `lst_<id>_<secret>`: the start makes leaked tokens easy to find, the id is for lists. */
const TOKEN = /^lst_([0-9a-f]{16})_([\w-]{43})$/

export interface TokenText {
  readonly id: string
  readonly secret: string
}

export const newToken = (): TokenText => ({ id: randomBytes(8).toString('hex'), secret: newSecret() })
export const tokenText = ({ id, secret }: TokenText): string => `lst_${id}_${secret}`

export function readToken(text: string): TokenText | null {
  const [, id, secret] = TOKEN.exec(text) ?? []
  return id === undefined || secret === undefined ? null : { id, secret }
}
