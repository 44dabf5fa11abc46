/**
 * Entry of an evaluator process: the only place in which DAG files run. Its environment holds no credentials, and its
 * parent kills it when it takes too long.
 */
import { evaluateFile } from './evaluate-file.js'
import type { EvaluationReply, EvaluationRequest } from './messages.js'

const send = process.send?.bind(process)

process.on('message', ({ file, timeoutMs }: EvaluationRequest) => {
  void evaluateFile(file, timeoutMs).then(outcome => send?.({ outcome } satisfies EvaluationReply))
})
process.on('disconnect', () => process.exit())
