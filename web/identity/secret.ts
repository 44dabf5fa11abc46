import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits that nobody guesses: hashing them once is enough to store them. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Whether a secret has this digest, in a time that does not tell how much of it is right. */
export const hasDigest = (secret: string, digest: string): boolean => timingSafeEqual(Buffer.from(digestOf(secret), 'hex'), Buffer.from(digest, 'hex'))
