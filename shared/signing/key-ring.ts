import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LongshoreError } from '../errors.js'
import { suggest } from '../suggest.js'
import { isPem, KEY_ID, makePrivateKey, publicKeyOf, readPublicKeys, type KeyId, type PrivateKey, type PublicKey } from './key.js'
import { loadPrivateKey, loadPublicKeys, PUBLIC_EXTENSION, removeKey, savePrivateKey, savePublicKey, type FoundKey } from './key-files.js'
import type { KeyPlaces } from './key-places.js'

/** What a key is used for here, in the order in which a key comes by it. */
export const KeyUse = { next: 'next', signing: 'signing', trusted: 'trusted', revoked: 'revoked' } as const
export type KeyUse = (typeof KeyUse)[keyof typeof KeyUse]

export interface KeyOnRing {
  readonly id: KeyId
  readonly uses: readonly KeyUse[]
  /** Where its public half is; null when only the private one is here. */
  readonly from: string | null
  readonly since: number | null
}

/** The keys of one place, as people change them. */
export class KeyRing {
  constructor(readonly places: KeyPlaces) {}

  list(): KeyOnRing[] {
    const trusted = this.#trusted()
    const revoked = loadPublicKeys(this.places.revoked, rethrow)
    const signing = loadPrivateKey(this.places.signing)?.id
    const next = loadPrivateKey(this.places.next)?.id
    const ids = new Set([signing, next, ...trusted.map(({ id }) => id), ...revoked.map(({ id }) => id)].filter(id => id !== undefined))
    return [...ids].map(id => {
      const found = trusted.find(key => key.id === id) ?? revoked.find(key => key.id === id)
      const uses = [
        ...(id === next ? [KeyUse.next] : []), ...(id === signing ? [KeyUse.signing] : []),
        ...(trusted.some(key => key.id === id) ? [KeyUse.trusted] : []), ...(revoked.some(key => key.id === id) ? [KeyUse.revoked] : []),
      ]
      return { id, uses, from: found?.from ?? null, since: found?.since ?? null }
    })
  }

  /** Makes a key that is trusted here. The first one signs at once; later ones wait for {@link rotate}. */
  generate(): { readonly key: PublicKey; readonly use: KeyUse; readonly publicFile: string } {
    const signs = loadPrivateKey(this.places.signing) === null
    const waiting = signs ? null : loadPrivateKey(this.places.next)
    if (waiting !== null) {
      throw new LongshoreError('LS_KEY_IN_USE', `the key ${waiting.id} waits already to become the one that signs`, { hint: 'Have all workers trust it, then run `longshore keys rotate`; or remove it with `longshore keys revoke`.' })
    }
    const key = makePrivateKey()
    // Trusted before anything is signed with it.
    const publicFile = this.trust(publicKeyOf(key))
    savePrivateKey(signs ? this.#ownSigningFile() : this.places.next, key)
    return { key: publicKeyOf(key), use: signs ? KeyUse.signing : KeyUse.next, publicFile }
  }

  /** Returns the file that it is kept in. */
  trust(key: PublicKey): string {
    if (existsSync(this.#fileOf(this.places.revoked, key.id))) {
      throw new LongshoreError('LS_KEY_INVALID', `the key ${key.id} was revoked here`, { hint: `If it is to be trusted again, remove ${this.#fileOf(this.places.revoked, key.id)} first.` })
    }
    const file = this.#fileOf(this.places.ownTrusted, key.id)
    savePublicKey(file, key)
    return file
  }

  /** From now on schedulers sign with the key that waits. The old one stays trusted and can sign nothing more. */
  rotate(): { readonly before: KeyId | null; readonly now: KeyId } {
    const { next, signing } = this.places
    const key = loadPrivateKey(next)
    if (key === null) {
      throw new LongshoreError('LS_KEY_NOT_FOUND', `there is no key in ${next} to rotate to`, { hint: 'Make one with `longshore keys generate`, have all workers trust it, then rotate. Where everything runs on one machine, `longshore keys rotate --now` does all of it.' })
    }
    const before = loadPrivateKey(signing)
    savePrivateKey(this.#ownSigningFile(), key)
    removeKey(next)
    return { before: before?.id ?? null, now: key.id }
  }

  /** Takes the trust from a key; jobs that are signed with it run no more. */
  revoke(id: KeyId): void {
    const key = this.find(id)
    const { ownTrusted, next } = this.places
    const file = this.#fileOf(ownTrusted, id)
    if (key.from !== file) throw new LongshoreError('LS_KEY_IN_USE', `the key ${id} is in ${key.from}, which this command does not change`, { hint: 'Take it out there: workers notice within seconds.' })
    savePublicKey(this.#fileOf(this.places.revoked, id), key)
    removeKey(file)
    if (loadPrivateKey(next)?.id === id) removeKey(next)
  }

  /** A trusted key by its id. */
  find(id: KeyId): FoundKey {
    const trusted = this.#trusted()
    const key = trusted.find(one => one.id === id)
    if (key !== undefined) return key
    const near = suggest(id, trusted.map(one => one.id))
    throw new LongshoreError('LS_KEY_NOT_FOUND', `no key ${id} is trusted here${KEY_ID.test(id) ? '' : '; an id is 16 hex digits'}${near === null ? '' : `; did you mean ${near}?`}`)
  }

  get signing(): PrivateKey | null {
    return loadPrivateKey(this.places.signing)
  }

  #trusted(): FoundKey[] {
    return this.places.trusted.flatMap(source => loadPublicKeys(source, rethrow))
  }

  #ownSigningFile(): string {
    const { signing } = this.places
    if (isPem(signing)) throw new LongshoreError('LS_KEY_IN_USE', 'signingKey holds the key itself, so this command cannot change it', { hint: 'Set signingKey to the path of a file, or change the secret where it is kept.' })
    return signing
  }

  #fileOf(directory: string, id: KeyId): string {
    return join(directory, `${id}${PUBLIC_EXTENSION}`)
  }
}

/** Makes keys where there are none yet, for an installation that is all on one machine. */
export function ensureKeys(places: KeyPlaces): void {
  const ring = new KeyRing(places)
  if (ring.signing === null) ring.generate()
}

/** Public keys out of a text that a person hands over. */
export const publicKeysIn = (text: string, where: string): PublicKey[] => readPublicKeys(text, where)

function rethrow(error: Error): never {
  throw error
}
