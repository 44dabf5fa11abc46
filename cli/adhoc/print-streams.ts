import type { LogFrame } from '../../shared/broker/live-log.js'

/** Standard output and standard error of the task become those of the command. */
export function printStreams(frames: readonly LogFrame[]): void {
  for (const { stream, text, complete } of frames) process[stream].write(complete ? `${text}\n` : text)
}
