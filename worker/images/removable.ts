import type { ImageEntry } from './image-journal.js'

/** What was needed so lately may be needed by a container that is just being made. */
const SAFE_MS = 10 * 60_000

export interface Surroundings {
  readonly now: number
  /** Ids of the images that containers are made of, whatever their state. */
  readonly inContainers: ReadonlySet<string>
  /** Names of images that attempts of this worker run, or that are needed soon. */
  readonly needed: ReadonlySet<string>
  /** Id by each name, by tag and by digest, that images have here. */
  readonly idOf: ReadonlyMap<string, string>
  readonly safeFor?: number
}

/** The images that nothing refers to, the one that was not needed for longest first. */
export function removable(entries: readonly ImageEntry[], { now, inContainers, needed, idOf, safeFor = SAFE_MS }: Surroundings): ImageEntry[] {
  return entries
    .filter(({ reference, tags, usedAt }) => {
      const id = idOf.get(reference)
      return id !== undefined && !inContainers.has(id) && now - usedAt >= safeFor && ![reference, ...tags].some(name => needed.has(name))
    })
    .sort((a, b) => a.usedAt - b.usedAt)
}
