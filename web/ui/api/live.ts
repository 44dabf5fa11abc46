import type { QueryKey } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { queryClient } from './query-client.js'

const AGAIN_MS = 3_000

/** What the server tells of a run: its state if that changed, and its tasks as [task, map index, state, try]. `much`: more changed than is listed. */
export interface ChangedRun {
  readonly dag: string
  readonly run: string
  readonly state: string | null
  readonly tasks: readonly (readonly [task: string, mapIndex: number, state: string, attempt: number])[]
  readonly much: boolean
}

/** Without runs: something changed, and nobody says what. */
type Listener = (runs: readonly ChangedRun[]) => void

/** One stream of the server for the whole page; who looks at what is told by topics. */
class Changes {
  #wanted = new Map<string, Set<Listener>>()
  #source: EventSource | null = null
  #open = ''
  #soon: ReturnType<typeof setTimeout> | undefined

  watch(topic: string, onChange: Listener): () => void {
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
      const { topic, runs } = JSON.parse(data) as { readonly topic: string; readonly runs?: readonly ChangedRun[] }
      this.#tell([topic], runs)
    })
    // Something may have been missed.
    source.addEventListener('reload', () => this.#tell([...this.#wanted.keys()]))
    this.#source = source
  }

  #tell(topics: readonly string[], runs: readonly ChangedRun[] = []): void {
    for (const topic of topics) for (const listener of this.#wanted.get(topic) ?? []) listener(runs)
  }
}

const changes = new Changes()
/** After a look at once, many changes within this time are one more. */
const GATHER_MS = 250

/**
 * Reads these queries again when something under the topic changes. Null watches nothing. `apply` shows at once what the server
 * told, before anything is read.
 */
export function useLive(topic: string | null, keys: readonly QueryKey[], apply?: (runs: readonly ChangedRun[]) => void): void {
  const text = JSON.stringify(keys)
  const applied = useRef(apply)
  useEffect(() => { applied.current = apply })
  useEffect(() => {
    if (topic === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let again = false
    const look = () => {
      again = false
      for (const queryKey of JSON.parse(text) as QueryKey[]) void queryClient.invalidateQueries({ queryKey })
      timer = setTimeout(() => {
        timer = undefined
        if (again) look()
      }, GATHER_MS)
    }
    const stop = changes.watch(topic, runs => {
      applied.current?.(runs)
      if (timer === undefined) look()
      else again = true
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [topic, text])
}
