import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { LongshoreError } from '../../shared/errors.js'

/** One of the equal settings of OWASP's password storage cheat sheet: 32 MiB, three passes. Stored with each hash, so that it can rise. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const
const HASH_BYTES = 32
const STORED = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/
/** What is computed when there is nothing to compare with, so that a name that nobody has takes as long as a wrong password. */
const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`

export const LEAST_PASSWORD = 10
export const MOST_PASSWORD = 200

/** @throws LongshoreError LS_USER_INVALID for what is too short, too long or the name */
export function checkPassword(password: string, user: string): void {
  if (password.length < LEAST_PASSWORD || password.length > MOST_PASSWORD) throw new LongshoreError('LS_USER_INVALID', `a password has ${LEAST_PASSWORD} to ${MOST_PASSWORD} characters`)
  if (password.toLowerCase().includes(user) && password.length < user.length + LEAST_PASSWORD) throw new LongshoreError('LS_USER_INVALID', 'the password is little more than the name of its user')
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST)
  return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

/** Whether a password is the stored one; takes as long when nothing is stored. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = STORED.exec(stored ?? NOBODY) ?? []
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) })
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && stored !== null
}

/** Two at a time: they share the threads of the file system, and a flood of logins must not take all memory. */
const AT_ONCE = 2
/** Half a minute of them: who comes after that would be answered by nobody who still waits. */
const MOST_WAITING = 200
let running = 0
const waiting: (() => void)[] = []

async function derive(password: string, salt: Buffer, { N, r, p }: { readonly N: number; readonly r: number; readonly p: number }): Promise<Buffer> {
  if (waiting.length >= MOST_WAITING) throw new LongshoreError('LS_TOO_MANY_REQUESTS', 'too many people sign in at this moment')
  if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve))
  else running += 1
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => (error === null ? resolve(key) : reject(error)))
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}
