import { execFile } from 'node:child_process'
import { monotonic } from '../clock.js'
import { MAX_SECRET_BYTES, readingOf, type Reading, type SecretSource } from './source.js'

export interface CommandSourceOptions {
  /** Program and arguments; `{name}` in an argument stands for the name of the secret. */
  readonly command: readonly string[]
  readonly timeout: number
  /** How long an answer is used again, in milliseconds. */
  readonly ttl: number
}

interface Answer {
  readonly reading: Promise<Reading>
  /** Monotonic. */
  until: number
}

/**
 * A program that prints a secret. One that ends well and prints nothing has none of that name; one that fails is asked again by
 * the next attempt. What it prints on standard error is dropped: it may say more than it should.
 */
export class CommandSource implements SecretSource {
  readonly label: string
  readonly #answers = new Map<string, Answer>()

  constructor(private readonly options: CommandSourceOptions) {
    this.label = `command (${options.command[0] ?? ''})`
  }

  read(name: string): Promise<Reading> {
    const now = monotonic()
    for (const [known, { until }] of this.#answers) if (until <= now) this.#answers.delete(known)
    const known = this.#answers.get(name)
    if (known !== undefined) return known.reading
    // All who ask meanwhile share the answer, and only a value is kept after that.
    // Some failures to make a process are thrown at once (ETXTBSY, ENOMEM, ENOTDIR): they are an answer like any other.
    const reading = this.#ask(name).catch((error: unknown): Reading => ({ kind: 'failed', why: whyFailed(this.options.command[0] ?? '', this.options.timeout, error as NodeJS.ErrnoException) }))
    const answer: Answer = { reading, until: Infinity }
    this.#answers.set(name, answer)
    void answer.reading.then(({ kind }) => {
      if (kind === 'found') answer.until = monotonic() + this.options.ttl
      else this.#answers.delete(name)
    })
    return answer.reading
  }

  names(): Promise<readonly string[]> {
    return Promise.resolve([])
  }

  #ask(name: string): Promise<Reading> {
    const { command: [program = '', ...args], timeout } = this.options
    return new Promise(resolve => {
      const options = { timeout, killSignal: 'SIGKILL', maxBuffer: MAX_SECRET_BYTES + 2, encoding: 'buffer' } as const
      const child = execFile(program, args.map(argument => argument.replaceAll('{name}', name)), options, (error, stdout) => {
        if (error === null) return resolve(stdout.length === 0 ? { kind: 'absent' } : readingOf(stdout, `what ${program} printed`))
        if ((error.code as unknown) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return resolve({ kind: 'refused', why: `${program} printed more than ${MAX_SECRET_BYTES} bytes` })
        resolve({ kind: 'failed', why: whyFailed(program, timeout, error) })
      })
      child.stdin?.on('error', () => {})
      child.stdin?.end()
    })
  }
}

function whyFailed(program: string, timeout: number, { code, killed, signal }: { readonly code?: unknown; readonly killed?: boolean; readonly signal?: unknown }): string {
  if (killed === true) return `${program} did not answer within ${timeout} ms (secretsCommandTimeout)`
  if (typeof code === 'number') return `${program} ended with exit code ${code}; run it as the worker's user to see why`
  return `${program} cannot be run: ${String(code ?? signal)}`
}
