/** One line of what the daemon says while it pulls. */
export interface PullLine {
  readonly status?: string
  /** Of the layer; other lines have none, or the tag. */
  readonly id?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** What happens to a layer, in this order. */
const PHASES = ['Pulling fs layer', 'Waiting', 'Downloading', 'Verifying Checksum', 'Download complete', 'Extracting', 'Pull complete', 'Already exists']
const DOWNLOADING = PHASES.indexOf('Downloading')

interface Layer {
  phase: number
  current: number
  downloaded: number
  total: number
}

/** How far a pull has come. */
export class PullProgress {
  readonly #layers = new Map<string, Layer>()
  readonly #said = new Set<string>()

  /** Bytes that came over the network so far. */
  get bytes(): number {
    return this.#sum(layer => layer.downloaded)
  }

  /** Of the layers whose size is known so far: it grows until all have begun. */
  get totalBytes(): number {
    return this.#sum(layer => layer.total)
  }

  /**
   * Takes a line in; true when the pull has come further than ever. A layer that stalls, is tried again ("Retrying in 5
   * seconds") and comes as far as before has not.
   */
  note({ status = '', id, progressDetail }: PullLine): boolean {
    if (status.startsWith('Retrying')) return false
    const phase = PHASES.indexOf(status)
    if (phase < 0 || id === undefined) return this.#isNew(`${id ?? ''} ${status}`)
    const layer = this.#layers.get(id) ?? { phase: -1, current: -1, downloaded: 0, total: 0 }
    this.#layers.set(id, layer)
    const { current = 0, total = 0 } = progressDetail ?? {}
    if (phase === DOWNLOADING) {
      layer.total = Math.max(layer.total, total)
      layer.downloaded = Math.max(layer.downloaded, current)
    } else if (phase > DOWNLOADING) {
      layer.downloaded = layer.total
    }
    const isFurther = phase > layer.phase || (phase === layer.phase && current > layer.current)
    if (isFurther) Object.assign(layer, { phase, current })
    return isFurther
  }

  #isNew(words: string): boolean {
    const isNew = !this.#said.has(words)
    this.#said.add(words)
    return isNew
  }

  #sum(of: (layer: Layer) => number): number {
    let sum = 0
    for (const layer of this.#layers.values()) sum += of(layer)
    return sum
  }
}
