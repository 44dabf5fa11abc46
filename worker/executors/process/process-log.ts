import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogFrame } from '../../../shared/broker/live-log.js'
import { logTime } from '../../../shared/log-store/log-line.js'
import { sleep, wallClock } from '../../clock.js'
import type { LogBatch } from '../executor.js'
import { ProcessFile } from './shim.js'

/** Bytes of each stream that have been turned into frames. */
export interface ProcessLogPosition {
  readonly stdout: number
  readonly stderr: number
}

const READ_BYTES = 64 * 1024
const MAX_PART_BYTES = 16 * 1024
const POLL_MS = 100
const LINE_FEED = 0x0a

/**
 * The files into which a process prints, as frames. A line that has not ended yet waits for its end, so that every frame
 * begins where the last one of its stream ended; its time is when the worker read it.
 *
 * `hasEnded` is asked before each look at the files: what is printed before the end is seen after it.
 */
export async function* readProcessLog(directory: string, from: ProcessLogPosition | null, hasEnded: () => Promise<boolean>, signal: AbortSignal): AsyncGenerator<LogBatch> {
  const position = { stdout: from?.stdout ?? 0, stderr: from?.stderr ?? 0 }
  const files = { stdout: await tryOpen(join(directory, ProcessFile.stdout)), stderr: await tryOpen(join(directory, ProcessFile.stderr)) }
  const buffer = Buffer.alloc(READ_BYTES)
  try {
    while (!signal.aborted) {
      const ended = await hasEnded()
      let progressed = false
      for (const stream of ['stdout', 'stderr'] as const) {
        const file = files[stream] ??= await tryOpen(join(directory, ProcessFile[stream]))
        if (file === null) continue
        const { bytesRead } = await file.read(buffer, 0, READ_BYTES, position[stream])
        const { frames, used } = splitLines(buffer.subarray(0, bytesRead), stream, logTime(wallClock()), ended && bytesRead < READ_BYTES)
        if (frames.length === 0) continue
        position[stream] += used
        progressed = true
        yield { frames, position: { ...position } }
      }
      if (progressed) continue
      if (ended) return
      await sleep(POLL_MS, signal)
    }
  } finally {
    await files.stdout?.close()
    await files.stderr?.close()
  }
}

/** Whole lines, and parts of lines longer than a part. `last`: nothing will follow, so the rest is a line too. */
export function splitLines(bytes: Buffer, stream: LogFrame['stream'], time: string, last: boolean): { frames: LogFrame[]; used: number } {
  const frames: LogFrame[] = []
  let used = 0
  while (used < bytes.length) {
    const feed = bytes.indexOf(LINE_FEED, used)
    const end = feed < 0 ? bytes.length : feed
    if (end - used > MAX_PART_BYTES) {
      const cut = characterBoundary(bytes, used + MAX_PART_BYTES, used)
      frames.push({ time, stream, text: bytes.toString('utf8', used, cut), complete: false })
      used = cut
    } else if (feed >= 0 || last) {
      frames.push({ time, stream, text: bytes.toString('utf8', used, end), complete: true })
      used = feed < 0 ? end : end + 1
    } else {
      break
    }
  }
  return { frames, used }
}

/** The nearest place at or before `at` that does not cut a UTF-8 character; `at` itself in what is not UTF-8. */
function characterBoundary(bytes: Buffer, at: number, from: number): number {
  let boundary = at
  while (boundary > from && at - boundary < 4 && ((bytes[boundary] as number) & 0xc0) === 0x80) boundary -= 1
  return ((bytes[boundary] as number) & 0xc0) === 0x80 ? at : boundary
}

async function tryOpen(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch {
    return null
  }
}
