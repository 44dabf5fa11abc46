import type { Readable } from 'node:stream'
import type { PullLine } from './pull-progress.js'

export interface PullOutcome {
  /** The last error that the stream told; null when it told none. */
  readonly failure: string | null
  /** What the tag stands for, as the registry said. */
  readonly digest: string | null
  /** Whether an image came that was not here before. */
  readonly fresh: boolean
}

/**
 * Reads a pull to its end; errors come as lines of it. Rejected: docker-modem's followProgress, which reports an error with
 * err = null and throws on a line that is not JSON.
 */
export async function readPull(stream: Readable, signal: AbortSignal, onLine: (line: PullLine) => void): Promise<PullOutcome> {
  let rest = ''
  let outcome: PullOutcome = { failure: null, digest: null, fresh: false }
  const take = (text: string): void => {
    const line = parse(text)
    if (line === null) return
    outcome = { failure: line.errorDetail?.message ?? line.error ?? outcome.failure, digest: digestIn(line) ?? outcome.digest, fresh: outcome.fresh || line.status?.startsWith('Status: Downloaded') === true }
    onLine(line)
  }
  const abort = (): void => { stream.destroy(signal.reason as Error) }
  signal.addEventListener('abort', abort, { once: true })
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
    }
  } finally {
    signal.removeEventListener('abort', abort)
  }
  take(rest)
  return outcome
}

const digestIn = ({ status = '' }: PullLine): string | null => /^Digest: (sha256:[0-9a-f]{64})$/.exec(status)?.[1] ?? null

function parse(text: string): PullLine | null {
  try {
    const line = JSON.parse(text) as PullLine | null
    return typeof line === 'object' ? line : null
  } catch {
    return null
  }
}
