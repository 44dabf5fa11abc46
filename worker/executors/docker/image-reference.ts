/** Parts of a name begin with a letter or digit; the first may be the IPv6 address of a registry. Docker is stricter; this much keeps a name from leading elsewhere in its addresses. */
const REFERENCE = /^(?:\[[\da-f:]+\](?::\d+)?\/)?[a-z\d][\w.:@+-]*(?:\/[a-z\d][\w.:@+-]*)*$/i

export const isReference = (image: string): boolean => REFERENCE.test(image)

/** Docker Hub as Docker's config.json names it. */
export const DOCKER_HUB = 'https://index.docker.io/v1/'

export interface ImageReference {
  /** The registry it comes from, as Docker's config.json names it. */
  readonly registry: string
  /** Without tag and digest, in the short form in which the daemon lists it: `etl`, not `docker.io/library/etl`. */
  readonly repository: string
  readonly digest: string | null
}

export function parseImage(image: string): ImageReference {
  const at = image.indexOf('@')
  const digest = at < 0 ? null : image.slice(at + 1)
  const name = at < 0 ? image : image.slice(0, at)
  const colon = name.lastIndexOf(':')
  const path = colon > name.lastIndexOf('/') ? name.slice(0, colon) : name
  const [first = '', ...rest] = path.split('/')
  const isHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost')
  if (isHost && first !== 'docker.io' && first !== 'index.docker.io') return { registry: first, repository: path, digest }
  return { registry: DOCKER_HUB, repository: (isHost ? rest.join('/') : path).replace(/^library\//, ''), digest }
}

/** The registry that an image comes from, as `config.json` names it. */
export const registryOf = (image: string): string => parseImage(image).registry

/** What an event has room for. */
const MAX_DIGEST = 200

/** A reference by digest, or the digest alone when the name is too long to be recorded with it. */
export const recordable = (reference: string): string => reference.length <= MAX_DIGEST ? reference : reference.slice(reference.lastIndexOf('@') + 1).slice(0, MAX_DIGEST)
