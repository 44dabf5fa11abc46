import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { monotonic } from '../clock.js'
import { cgroupPlace, placeBeside, type CgroupPlace } from './cgroup-place.js'
import { cgroupUsage, readNow, type Read } from './cgroup-usage.js'
import { laterUsage, type Usage } from './usage.js'

/**
 * What takes longer has waited for locks of the kernel's, which it holds while containers come and go in great numbers: without rests
 * the looks at 400 containers hold the event loop for seconds.
 */
const SLOW_LOOK_MS = 20
/** After a slow look comes a rest of so many times as long, up to the longest: what was once held for long must not leave tasks unmeasured for minutes. */
const REST_FACTOR = 20
const LONGEST_REST_MS = 5_000

interface Meter {
  readonly containerId: string
  readonly place: CgroupPlace
  usage: Usage | null
  /** It was there, and is not any more: its container has ended. */
  isGone: boolean
}

/**
 * What the containers of this host use. A cgroup goes before Docker tells that its container has ended, so each look is
 * kept: the last one is what is reported.
 */
export class CgroupMeters {
  readonly #meters = new Map<AttemptId, Meter>()
  /** Where the last container was found that was looked for by its pid: the others are beside it. */
  #example: { readonly containerId: string; readonly place: CgroupPlace } | null = null
  #mounts: string | null = null
  #restsUntil = 0

  constructor(private readonly read: Read = readNow, private readonly clock: () => number = monotonic) {}

  /** A container runs, with this pid on this host. Learning it again changes nothing. */
  learn(attempt: AttemptId, containerId: string, pid: number): void {
    if (pid <= 0 || this.#meters.get(attempt)?.containerId === containerId) return
    const cgroup = this.read(`/proc/${pid}/cgroup`)
    const place = cgroup === null ? null : this.#placeOf(cgroup, containerId)
    if (place === null) return
    this.#example = { containerId, place }
    this.#meters.set(attempt, { containerId, place, usage: null, isGone: false })
  }

  /** The same without its pid, once another container has been found here: whether one was. */
  learnBeside(attempt: AttemptId, containerId: string): boolean {
    if (this.#example === null) return false
    this.#meters.set(attempt, { containerId, place: placeBeside(this.#example, containerId), usage: null, isGone: false })
    return true
  }

  /** Whether it is known where to look. */
  has(attempt: AttemptId): boolean {
    return this.#meters.has(attempt)
  }

  /** As of now, or as it was last seen: when it is gone, and while there is a rest after a slow look. */
  look(attempt: AttemptId): Usage | null {
    const meter = this.#meters.get(attempt)
    if (meter === undefined) return null
    const began = this.clock()
    if (began >= this.#restsUntil) {
      this.#lookAt(meter)
      const took = this.clock() - began
      if (took > SLOW_LOOK_MS) this.#restsUntil = began + took + Math.min(took * REST_FACTOR, LONGEST_REST_MS)
    }
    return meter.usage
  }

  /** Something happens to this container that it may not outlive: no rest keeps from looking. */
  lookAtContainer(containerId: string): void {
    for (const meter of this.#meters.values()) if (meter.containerId === containerId) this.#lookAt(meter)
  }

  forget(attempt: AttemptId): void {
    this.#meters.delete(attempt)
  }

  #lookAt(meter: Meter): void {
    if (meter.isGone) return
    const seen = cgroupUsage(meter.place, this.read)
    meter.isGone = seen === null && meter.usage !== null
    meter.usage = laterUsage(meter.usage, seen)
  }

  /** What is mounted is read again when the place is not in it: the list is long where many containers run. */
  #placeOf(cgroup: string, containerId: string): CgroupPlace | null {
    const known = this.#mounts === null ? null : cgroupPlace(cgroup, this.#mounts, containerId)
    if (known !== null) return known
    this.#mounts = (this.read('/proc/self/mountinfo') ?? '').split('\n').filter(line => line.includes(' - cgroup')).join('\n')
    return cgroupPlace(cgroup, this.#mounts, containerId)
  }
}
