import type { DagFileOutcome, DagProblem } from '../../shared/dag/model.js'

export interface FileOutcome {
  readonly file: string
  readonly outcome: DagFileOutcome
}

interface Claim {
  /** Number of the scan that found the file. */
  readonly foundIn: number
  readonly outcome: DagFileOutcome
  /** Ids of the last outcome without problems: a file that is broken for a moment keeps its DAGs. */
  readonly ids: readonly string[]
}

/**
 * Decides which file a DAG id belongs to: the one that was found first, and of those found together the first by path.
 * So the answer depends neither on which evaluation ended first nor on a newcomer's name.
 */
export class DagIdClaims {
  readonly #claims = new Map<string, Claim>()
  readonly #claimants = new Map<string, Set<string>>()

  /** Takes a file's outcome and returns what is to be reported: for that file, and for others that it won from or lost to. */
  set(file: string, foundIn: number, outcome: DagFileOutcome): FileOutcome[] {
    const before = this.#claims.get(file)
    const ids = outcome.ok ? [...new Set(outcome.dags.map(({ spec }) => spec.dag))] : before?.ids ?? []
    return this.#change(file, [...(before?.ids ?? []), ...ids], () => {
      this.#withdraw(file)
      this.#claims.set(file, { foundIn, outcome, ids })
      for (const id of ids) this.#claimantsOf(id).add(file)
    })
  }

  /** Forgets a file and returns what is to be reported for files that win its ids. */
  delete(file: string): FileOutcome[] {
    return this.#change(file, this.#claims.get(file)?.ids ?? [], () => this.#withdraw(file))
  }

  #change(file: string, ids: readonly string[], apply: () => void): FileOutcome[] {
    const rivals = (): string[] => ids.flatMap(id => [...(this.#claimants.get(id) ?? [])])
    const before = new Map(rivals().map(rival => [rival, this.#lost(rival).join()]))
    apply()
    const affected = new Set([file, ...rivals().filter(rival => before.get(rival) !== this.#lost(rival).join())])
    return [...affected].filter(each => this.#claims.has(each)).map(each => ({ file: each, outcome: this.#effective(each) }))
  }

  #withdraw(file: string): void {
    for (const id of this.#claims.get(file)?.ids ?? []) {
      const claimants = this.#claimantsOf(id)
      claimants.delete(file)
      if (claimants.size === 0) this.#claimants.delete(id)
    }
    this.#claims.delete(file)
  }

  #claimantsOf(id: string): Set<string> {
    let claimants = this.#claimants.get(id)
    if (!claimants) this.#claimants.set(id, (claimants = new Set()))
    return claimants
  }

  #effective(file: string): DagFileOutcome {
    const { outcome } = this.#claims.get(file) as Claim
    const lost = this.#lost(file)
    if (!outcome.ok || lost.length === 0) return outcome
    const problems = lost.map(([dag, owner]): DagProblem => ({
      file, line: null, column: null, dag, task: null, message: `DAG '${dag}' is already defined in ${owner}; give one of them another id`,
    }))
    return { ok: false, problems, inputs: outcome.inputs }
  }

  /** The ids that the file claims and another owns, with the owner. */
  #lost(file: string): [string, string][] {
    return (this.#claims.get(file)?.ids ?? []).map((id): [string, string] => [id, this.#owner(id)]).filter(([, owner]) => owner !== file)
  }

  #owner(id: string): string {
    const rank = (file: string): number => (this.#claims.get(file) as Claim).foundIn
    return [...this.#claimantsOf(id)].reduce((a, b) => (rank(a) - rank(b) || (a < b ? -1 : 1)) <= 0 ? a : b)
  }
}
