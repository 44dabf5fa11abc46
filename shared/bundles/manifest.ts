import { createHash } from 'node:crypto'
import type { DagVersion } from '../dag/model.js'

/** One DAG of a bundle. */
export interface ManifestDag {
  readonly dag: string
  readonly file: string
  /** Of its canonical form. */
  readonly hash: string
  /** SHA-256 of its file and of what that imports by path; null where that is not known. */
  readonly source: string | null
}

export interface PlannedDag {
  readonly dag: string
  readonly file: string
}

/** What becomes of the DAGs when one set of files takes the place of another. */
export interface BundlePlan {
  readonly added: readonly PlannedDag[]
  readonly changed: readonly PlannedDag[]
  readonly removed: readonly PlannedDag[]
  readonly unchanged: number
}

/** The DAGs of one file, which was made from these inputs; `digests` are those of the files of the bundle. */
export function manifestOf(file: string, dags: readonly DagVersion[], inputs: readonly string[], digests: ReadonlyMap<string, string>): ManifestDag[] {
  const source = createHash('sha256')
  for (const input of [...new Set([file, ...inputs])].sort()) source.update(`${input}\0${digests.get(input) ?? ''}\n`)
  const digest = source.digest('hex')
  return dags.map(({ spec, hash }) => ({ dag: spec.dag, file, hash, source: digest }))
}

export function planBundle(before: readonly ManifestDag[], after: readonly ManifestDag[]): BundlePlan {
  const [old, wanted] = [byId(before), byId(after)]
  const changed = after.filter(({ dag, hash }) => { const was = old.get(dag); return was !== undefined && was.hash !== hash })
  const added = after.filter(({ dag }) => !old.has(dag))
  return {
    added: planned(added), changed: planned(changed), removed: planned(before.filter(({ dag }) => !wanted.has(dag))),
    unchanged: after.length - added.length - changed.length,
  }
}

/**
 * The DAGs that somebody must be allowed to change who puts one set in the place of the other: those of the plan, and those whose
 * source is another, although it says the same today. It may say something else tomorrow.
 */
export function touchedDags(before: readonly ManifestDag[], after: readonly ManifestDag[]): string[] {
  const { added, changed, removed } = planBundle(before, after)
  const old = byId(before)
  const rewritten = after.filter(({ dag, file, source }) => {
    const was = old.get(dag)
    return was !== undefined && (was.file !== file || (was.source !== null && source !== null && was.source !== source))
  })
  return [...new Set([...added, ...changed, ...removed, ...rewritten].map(({ dag }) => dag))].sort()
}

const byId = (dags: readonly ManifestDag[]): ReadonlyMap<string, ManifestDag> => new Map(dags.map(one => [one.dag, one]))

const planned = (dags: readonly ManifestDag[]): PlannedDag[] => dags.map(({ dag, file }) => ({ dag, file })).sort((a, b) => (a.dag < b.dag ? -1 : 1))
