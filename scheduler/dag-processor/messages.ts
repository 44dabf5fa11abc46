import type { DagFileOutcome } from '../../shared/dag/model.js'

/** What the pool asks of an evaluator process; one question at a time. */
export interface EvaluationRequest {
  readonly file: string
  readonly timeoutMs: number
}

export interface EvaluationReply {
  readonly outcome: DagFileOutcome
}
