/** Of one position in a graph: how many others can be reached from it, and what they weigh together. */
export interface Reach {
  readonly count: number
  readonly weight: number
}

const WORD = 32
const NOTHING: Reach = { count: 0, weight: 0 }

/**
 * For each position, everything that follows it, directly or not, each counted once however many ways lead to it.
 * `next[p]` are the positions directly after p, all of them greater than p.
 *
 * A set is a row of bits: 1,250 bytes for a graph of 10,000, and a union takes 32 at a time. Where only one way leads on, the
 * answer follows from the next one's and needs no set; so chains and fans, which most graphs are, cost their edges only.
 */
export function reachOf(next: readonly (readonly number[])[], weights: readonly number[]): Reach[] {
  const reach = new Array<Reach>(next.length).fill(NOTHING)
  const sets = new Sets(next)
  const sumOf = weigher(weights)
  for (let position = next.length - 1; position >= 0; position -= 1) {
    const following = next[position] as readonly number[]
    const set = sets.make(position)
    const [only] = following
    if (only === undefined) continue
    if (following.length === 1) {
      const { count, weight } = reach[only] as Reach
      reach[position] = { count: count + 1, weight: weight + (weights[only] as number) }
    } else {
      reach[position] = sumOf(set as Uint32Array, position)
    }
  }
  return reach
}

/** The sets of the positions that need one, kept only until the last position that asks for it was served. */
class Sets {
  readonly #sets = new Map<number, Uint32Array>()
  readonly #asking: number[]
  readonly #wanted: boolean[]
  readonly #words: number

  constructor(private readonly next: readonly (readonly number[])[]) {
    this.#words = Math.ceil(next.length / WORD)
    this.#asking = new Array<number>(next.length).fill(0)
    this.#wanted = new Array<boolean>(next.length).fill(false)
    for (const [position, following] of next.entries()) {
      const passesOn = following.length > 1 || this.#wanted[position] === true
      for (const follower of following) {
        this.#asking[follower] = (this.#asking[follower] as number) + 1
        if (passesOn) this.#wanted[follower] = true
      }
    }
  }

  /** To be called from the last position to the first. Null for a position whose set nobody needs. */
  make(position: number): Uint32Array | null {
    const following = this.next[position] as readonly number[]
    const isWanted = this.#wanted[position] === true && following.length > 0
    const set = isWanted || following.length > 1 ? new Uint32Array(this.#words) : null
    for (const follower of following) {
      if (set) this.#unite(set, follower)
      const left = (this.#asking[follower] as number) - 1
      this.#asking[follower] = left
      if (left === 0) this.#sets.delete(follower)
    }
    if (isWanted && set) this.#sets.set(position, set)
    return set
  }

  #unite(set: Uint32Array, follower: number): void {
    const word = follower >>> 5
    set[word] = (set[word] as number) | (1 << (follower & 31))
    const others = this.#sets.get(follower)
    if (!others) return
    for (let index = word; index < others.length; index += 1) set[index] = (set[index] as number) | (others[index] as number)
  }
}

/** Adds the weights of a set by table, a byte at a time: one bit at a time would be most of the work. */
function weigher(weights: readonly number[]): (set: Uint32Array, position: number) => Reach {
  let tables: Float64Array | undefined
  return (set, position) => {
    tables ??= byteSums(weights)
    let [count, weight] = [0, 0]
    for (let index = position >>> 5; index < set.length; index += 1) {
      const bits = set[index] as number
      if (bits === 0) continue
      count += onesIn(bits)
      for (let byte = 0; byte < 4; byte += 1) weight += tables[((index * 4 + byte) << 8) + ((bits >>> (byte * 8)) & 255)] as number
    }
    return { count, weight }
  }
}

/** For each byte of a set and each value of that byte, the sum of the weights of its bits. */
function byteSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(Math.ceil(weights.length / WORD) * 4 * 256)
  for (let byte = 0; byte * 256 < sums.length; byte += 1) {
    for (let value = 1; value < 256; value += 1) {
      const lowest = 31 - Math.clz32(value & -value)
      sums[byte * 256 + value] = (sums[byte * 256 + (value & (value - 1))] as number) + (weights[byte * 8 + lowest] ?? 0)
    }
  }
  return sums
}

function onesIn(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555)
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333)
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
