import type { LogFrame } from '../broker/live-log.js'

/** `<seconds>.<nanoseconds>` as ISO 8601 with all its digits. */
export function isoTime(time: string): string {
  const [seconds = '0', nanoseconds = '0'] = time.split('.')
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${nanoseconds.padEnd(9, '0')}Z`
}

/** A line of a log as `--json` and the API show it. */
export const viewFrame = ({ time, stream, text, complete }: LogFrame) => ({ time: isoTime(time), stream, text, complete })
export type FrameView = ReturnType<typeof viewFrame>

/** The other way round. */
export const frameOfView = ({ time, stream, text, complete }: FrameView): LogFrame => {
  const [seconds = '', nanoseconds = '0'] = time.replace(/Z$/, '').split('.')
  return { time: `${Date.parse(`${seconds}Z`) / 1000}.${nanoseconds.padEnd(9, '0')}`, stream, text, complete }
}
