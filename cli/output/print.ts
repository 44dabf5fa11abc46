import type { WriteStream } from 'node:tty'
import { hasColour } from './colour.js'
import { plain, plainButColours, plainJson } from './plain.js'

/** Results go to standard output and nothing else does. */
export function print(text: string): void {
  process.stdout.write(shownOn(process.stdout, text.endsWith('\n') ? text : `${text}\n`))
}

/** What is said beside the result. */
export function note(text: string): void {
  process.stderr.write(shownOn(process.stderr, `${text}\n`))
}

export function printJson(value: unknown): void {
  print(plainJson(JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)))
}

/** `longshore dags list | head -1` is no failure. */
export function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}

/** Nothing that a task, a server or a person has written steers the terminal, wherever it comes from. */
const shownOn = (stream: Pick<WriteStream, 'isTTY'>, text: string): string => (hasColour(stream) ? plainButColours(text) : plain(text))
