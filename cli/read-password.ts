import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { note } from './output/print.js'

/** A password from standard input: typed twice without being shown, or piped in. Never an option: those are in the list of processes. */
export async function readPassword(user: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '')
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: hidden, terminal: true })
  try {
    for (;;) {
      note(`Password for ${user}:`)
      const first = await reader.question('')
      note('Once more:')
      if (await reader.question('') === first) return first
      note('They differ.')
    }
  } finally {
    reader.close()
  }
}
