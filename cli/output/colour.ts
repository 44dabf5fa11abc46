import type { WriteStream } from 'node:tty'

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, grey: 90, bold: 1 } as const
export type Colour = keyof typeof CODES

/** https://no-color.org: any value but the empty one switches colour off. */
export function hasColour(stream: Pick<WriteStream, 'isTTY'> = process.stdout, environment: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb'
}

export const paint = (text: string, colour: Colour | null, stream: Pick<WriteStream, 'isTTY'> = process.stdout): string =>
  colour !== null && hasColour(stream) ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text

const STATE_COLOURS: Readonly<Record<string, Colour>> = {
  success: 'green', finished: 'green', failed: 'red', upstream_failed: 'red', lost: 'red', cancelled: 'yellow', running: 'cyan', starting: 'cyan',
  queued: 'blue', skipped: 'yellow', up_for_retry: 'yellow', up_for_reschedule: 'yellow', none: 'grey', released: 'grey',
}

export const stateColour = (state: string): Colour | null => STATE_COLOURS[state] ?? null
