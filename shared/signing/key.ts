import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { LongshoreError } from '../errors.js'

/** Names a key in jobs, files and messages: the first 16 hex digits of the SHA-256 of the raw public key. */
export type KeyId = string
export const KEY_ID = /^[0-9a-f]{16}$/

export interface PublicKey {
  readonly id: KeyId
  readonly key: KeyObject
}

export interface PrivateKey {
  readonly id: KeyId
  readonly key: KeyObject
}

const PUBLIC_BLOCK = /-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g
const PRIVATE_BLOCK = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/

export const isPem = (text: string): boolean => text.trimStart().startsWith('-----BEGIN ')

export function keyIdOf(publicKey: KeyObject): KeyId {
  const { x } = publicKey.export({ format: 'jwk' })
  return createHash('sha256').update(Buffer.from(x as string, 'base64url')).digest('hex').slice(0, 16)
}

export function makePrivateKey(): PrivateKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { id: keyIdOf(publicKey), key: privateKey }
}

export const publicKeyOf = ({ id, key }: PrivateKey): PublicKey => ({ id, key: createPublicKey(key) })

/** PKCS #8 and SPKI in PEM, which `openssl pkey` reads and writes too. */
export const privatePem = ({ key }: PrivateKey): string => key.export({ type: 'pkcs8', format: 'pem' }) as string
export const publicPem = ({ key }: PublicKey): string => key.export({ type: 'spki', format: 'pem' }) as string

/** The private key in a PEM text; `where` names it in errors, which never quote it. */
export function readPrivateKey(text: string, where: string): PrivateKey {
  const block = PRIVATE_BLOCK.exec(text)?.[0]
  if (block === undefined) throw invalid(where, 'it holds no `-----BEGIN PRIVATE KEY-----`')
  const key = parsed(where, () => createPrivateKey(block))
  return { id: keyIdOf(createPublicKey(key)), key }
}

/** Every public key in a PEM text, of which there is at least one. */
export function readPublicKeys(text: string, where: string): PublicKey[] {
  if (PRIVATE_BLOCK.test(text)) throw invalid(where, 'it holds a private key, which belongs to schedulers alone')
  const blocks = text.match(PUBLIC_BLOCK) ?? []
  if (blocks.length === 0) throw invalid(where, 'it holds no `-----BEGIN PUBLIC KEY-----`')
  return blocks.map(block => {
    const key = parsed(where, () => createPublicKey(block))
    return { id: keyIdOf(key), key }
  })
}

function parsed(where: string, parse: () => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = parse()
  } catch {
    throw invalid(where, 'it is damaged')
  }
  if (key.asymmetricKeyType !== 'ed25519') throw invalid(where, `it is of type ${key.asymmetricKeyType}, not ed25519`)
  return key
}

const invalid = (where: string, why: string): LongshoreError => new LongshoreError('LS_KEY_INVALID', `${where} cannot be used as a key: ${why}`)
