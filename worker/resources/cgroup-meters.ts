import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { cgroupPlace, placeBeside, type CgroupPlace } from './cgroup-place.js'
import { cgroupUsage, readNow } from './cgroup-usage.js'
import { laterUsage, type Usage } from './usage.js'

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

  /** A container runs, with this pid on this host. Learning it again changes nothing. */
  learn(attempt: AttemptId, containerId: string, pid: number): void {
    if (pid <= 0 || this.#meters.get(attempt)?.containerId === containerId) return
    const cgroup = readNow(`/proc/${pid}/cgroup`)
    // Read each time: whoever mounts a cgroup later is seen, and it costs as little as the look itself.
    const mountinfo = readNow('/proc/self/mountinfo')
    const place = cgroup === null || mountinfo === null ? null : cgroupPlace(cgroup, mountinfo, containerId)
    if (place === null) return
    this.#example = { containerId, place }
    this.#meters.set(attempt, { containerId, place, usage: null, isGone: false })
  }

  /** The same without its pid, once another container has been found here. */
  learnBeside(attempt: AttemptId, containerId: string): void {
    if (this.#example === null) return
    this.#meters.set(attempt, { containerId, place: placeBeside(this.#example, containerId), usage: null, isGone: false })
  }

  /** Whether it is known where to look. */
  has(attempt: AttemptId): boolean {
    return this.#meters.has(attempt)
  }

  /** As of now, or as it was last seen. */
  look(attempt: AttemptId): Usage | null {
    const meter = this.#meters.get(attempt)
    if (meter === undefined || meter.isGone) return meter?.usage ?? null
    const seen = cgroupUsage(meter.place)
    meter.isGone = seen === null && meter.usage !== null
    meter.usage = laterUsage(meter.usage, seen)
    return meter.usage
  }

  /** Something happens to this container that it may not outlive. */
  lookAtContainer(containerId: string): void {
    for (const [attempt, meter] of this.#meters) if (meter.containerId === containerId) this.look(attempt)
  }

  forget(attempt: AttemptId): void {
    this.#meters.delete(attempt)
  }
}
