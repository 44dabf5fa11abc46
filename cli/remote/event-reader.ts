/** One server-sent event. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
  /** Where to go on; null when it says none. */
  readonly id: string | null
}

/** The events of a stream, as HTML has them; comments and events without data are left out. */
export async function* readEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of stream) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = readEvent(block)
      if (event !== null) yield event
    }
  }
}

function readEvent(block: string): ServerEvent | null {
  let [name, data, id]: [string, string | null, string | null] = ['message', null, null]
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([a-z]+): ?(.*)$/s.exec(line) ?? []
    if (field === 'event') name = value
    else if (field === 'data') data = data === null ? value : `${data}\n${value}`
    else if (field === 'id') id = value
  }
  return data === null ? null : { name, data, id }
}
