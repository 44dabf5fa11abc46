import type { QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryClient } from './query-client.js'

const AGAIN_MS = 3_000

/** One stream of the server for the whole page; who looks at what is told by topics. */
class Changes {
  #wanted = new Map<string, Set<() => void>>()
  #source: EventSource | null = null
  #open = ''
  #soon: ReturnType<typeof setTimeout> | undefined

  watch(topic: string, onChange: () => void): () => void {
    const listeners = this.#wanted.get(topic) ?? new Set()
    this.#wanted.set(topic, listeners.add(onChange))
    this.#connectSoon()
    return () => {
      listeners.delete(onChange)
      if (listeners.size === 0) this.#wanted.delete(topic)
      this.#connectSoon()
    }
  }

  /** Pages that change at once would otherwise close and open the stream for each of their parts. */
  #connectSoon(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.#connect(), 20)
  }

  #connect(): void {
    const topics = [...this.#wanted.keys()].sort().join(',')
    if (topics === this.#open) return
    this.#source?.close()
    this.#source = null
    this.#open = topics
    if (topics === '') return
    const source = new EventSource(`/api/v1/changes?topics=${encodeURIComponent(topics)}`)
    let wasOpen = false
    // What happened while the stream was down was not told.
    source.addEventListener('open', () => {
      if (wasOpen) this.#tell([...this.#wanted.keys()])
      wasOpen = true
    })
    // The browser tries again by itself, except after a refusal; then this does, and looks meanwhile.
    source.addEventListener('error', () => {
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return
      setTimeout(() => {
        if (this.#source !== source) return
        this.#open = ''
        this.#tell([...this.#wanted.keys()])
        this.#connect()
      }, AGAIN_MS)
    })
    source.addEventListener('change', ({ data }: MessageEvent<string>) => {
      const { topic } = JSON.parse(data) as { readonly topic: string }
      this.#tell([topic])
    })
    // Something may have been missed.
    source.addEventListener('reload', () => this.#tell([...this.#wanted.keys()]))
    this.#source = source
  }

  #tell(topics: readonly string[]): void {
    for (const topic of topics) for (const listener of this.#wanted.get(topic) ?? []) listener()
  }
}

const changes = new Changes()
/** Many changes within this time are one look. */
const GATHER_MS = 100

/** Reads these queries again when something under the topic changes. Null watches nothing. */
export function useLive(topic: string | null, keys: readonly QueryKey[]): void {
  const text = JSON.stringify(keys)
  useEffect(() => {
    if (topic === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = changes.watch(topic, () => {
      timer ??= setTimeout(() => {
        timer = undefined
        for (const queryKey of JSON.parse(text) as QueryKey[]) void queryClient.invalidateQueries({ queryKey })
      }, GATHER_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [topic, text])
}
