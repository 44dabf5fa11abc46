import { createInterface } from 'node:readline'

/** What a person wants who interrupts a command that waits for a task. */
export type Answer = 'cancel' | 'detach' | 'go on'

export interface InterruptionOptions {
  /** Asks the person; null when there is nobody to ask, and the task is cancelled. */
  readonly ask: (() => Promise<Answer>) | null
  /** Has the task cancelled. */
  readonly onCancel: () => void
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Ctrl-C and its like while a task runs: on a terminal it asks, elsewhere it cancels. Once more after that lets go of the
 * task, which runs on.
 */
export class Interruption {
  readonly detached: Promise<void>
  #detach: () => void = () => {}
  #asking: Promise<void> | null = null
  #wasTold = false

  constructor(private readonly options: InterruptionOptions) {
    this.detached = new Promise(resolve => { this.#detach = resolve })
  }

  start(): void {
    for (const name of SIGNALS) process.on(name, this.#onSignal)
  }

  stop(): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal)
  }

  /** Resolves when no question is open: what the task prints waits for that. */
  async quiet(): Promise<void> {
    await this.#asking
  }

  /** One signal. */
  hear(signal: (typeof SIGNALS)[number]): void {
    if (this.#wasTold || this.#asking !== null) this.#detach()
    else if (this.options.ask === null || signal === 'SIGTERM') this.#cancel()
    else this.#asking = this.#question(this.options.ask)
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => { this.hear(signal as (typeof SIGNALS)[number]) }

  async #question(ask: () => Promise<Answer>): Promise<void> {
    const answer = await ask()
    this.#asking = null
    if (answer === 'cancel') this.#cancel()
    if (answer === 'detach') this.#detach()
  }

  #cancel(): void {
    this.#wasTold = true
    this.options.onCancel()
  }
}

/** Asks on a terminal. Ctrl-C once more means to let go; an end of input means nothing. */
export function askOnTerminal(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<Answer> {
  const lines = createInterface({ input, output, terminal: true })
  return new Promise<Answer>(resolve => {
    lines.on('SIGINT', () => {
      output.write('\n')
      resolve('detach')
    })
    lines.on('close', () => resolve('go on'))
    lines.question('\nc cancels the task, d leaves it running, Enter goes on: ', text => resolve(answerOf(text)))
  }).finally(() => lines.close())
}

function answerOf(text: string): Answer {
  switch (text.trim().toLowerCase()) {
    case 'c': return 'cancel'
    case 'd': return 'detach'
    default: return 'go on'
  }
}
