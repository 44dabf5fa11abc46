/**
 * Where logs outlive their attempts. `name` is {@link JobPayload.log}: a relative path without an extension. What is in a
 * log is described in log-line.ts.
 */
export interface LogStore {
  /** How often a log that grows is written. */
  readonly pace: LogPace
  /**
   * Puts bytes at an offset and cuts off whatever came after them. An offset instead of a plain append makes a repeat
   * harmless: a worker that died between writing and noting that it had written writes the same bytes to the same place.
   */
  write(name: string, offset: number, bytes: Buffer): Promise<void>
  /** Puts the whole log in the place of the one that grew; readers see the old one or the new one, never a part. */
  replace(name: string, content: AsyncIterable<Buffer>): Promise<void>
  /** Bytes from `start` on, at most `length` of them; fewer at the end. `size` is that of the whole log. */
  read(name: string, start: number, length: number): Promise<LogSlice>
  size(name: string): Promise<number | null>
  remove(name: string): Promise<void>
  /** Removes what replacements left behind that nobody finished, when it has not changed for so many milliseconds. Absent where nothing is left behind. */
  removeDrafts?(unchangedFor: number): Promise<void>
}

export interface LogSlice {
  readonly bytes: Buffer
  readonly size: number
}

/** A write happens when so much time has passed since there is something to write, or when there are so many bytes. */
export interface LogPace {
  readonly everyMs: number
  readonly bytes: number
}
