import { formatLogLine } from '../../shared/log-store/log-line.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import type { LogSummary } from '../../shared/protocol/events.js'
import type { Executor, LogBatch, TaskRef } from '../executors/executor.js'
import { LogCap } from './log-cap.js'
import { LogMasker } from './log-masker.js'
import type { Mask } from './mask.js'

export interface AuthoritativeLogOptions {
  readonly task: TaskRef
  readonly executor: Executor
  readonly name: string
  readonly store: LogStore
  readonly maxBytes: number
  /** Null when there is nothing to mask. */
  readonly mask: Mask | null
  readonly signal: AbortSignal
}

/**
 * Puts the log as the executor keeps it in the place of the one that was shipped while the task ran, and tells what it is: following
 * can lose lines (Docker before 23, rotation, a lost connection at the end), reading after the end cannot. A task that has printed
 * nothing has no log in the store.
 */
export async function shipAuthoritativeLog(options: AuthoritativeLogOptions): Promise<LogSummary> {
  const summary = { bytes: 0, lines: 0, truncated: false }
  const content = lines(options, summary)
  const first = await content.next()
  if (first.done !== true) await options.store.replace(options.name, joined(first.value, content))
  return summary
}

async function* joined<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* rest
}

async function* lines({ executor, task, maxBytes, mask, signal }: AuthoritativeLogOptions, summary: { -readonly [Key in keyof LogSummary]: LogSummary[Key] }): AsyncGenerator<Buffer> {
  const cap = new LogCap(maxBytes, 0)
  const masker = mask === null ? null : new LogMasker(mask)
  const textOf = (batches: readonly LogBatch[]): Buffer[] => {
    const kept = batches.flatMap(({ frames }) => frames).flatMap(frame => cap.admit(frame))
    if (kept.length === 0) return []
    const text = Buffer.from(kept.map(formatLogLine).join(''))
    summary.bytes += text.length
    summary.lines += kept.length
    summary.truncated = cap.reached
    return [text]
  }
  for await (const batch of executor.readLog(task, null, false, signal)) {
    yield* textOf(masker === null ? [batch] : masker.push(batch))
    if (cap.reached) return
  }
  // A reading that was broken off may end like a complete one: what it brought must not pass for the whole.
  signal.throwIfAborted()
  yield* textOf(masker?.end() ?? [])
}
