import { MAX_NOTICE_DATA, type RefusalNotice } from '../shared/protocol/refusal-notice.js'
import { monotonic } from './clock.js'
import type { WorkerIdentity } from './event-maker.js'
import type { QueueLinks } from './queue/queue-link.js'

const WINDOW_MS = 60_000
/** Who floods the queue shall not flood the database as well; metrics count every one. */
const MOST_PER_WINDOW = 20

/** Tells schedulers of jobs that were refused because no scheduler made them. Good to have: a failure is not repeated. */
export class RefusalNotices {
  #windowEnds = -Infinity
  #sent = 0

  constructor(private readonly links: QueueLinks, private readonly identity: WorkerIdentity) {}

  async send(queue: string, job: string, data: unknown, detail: string): Promise<void> {
    const now = monotonic()
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + WINDOW_MS
      this.#sent = 0
    }
    this.#sent += 1
    if (this.#sent > MOST_PER_WINDOW) return
    const { worker, workerName } = this.identity
    const notice: RefusalNotice = {
      v: 1, type: 'refused', worker, workerName, job: job.slice(0, 200), detail: detail.slice(0, 2_000), data: (JSON.stringify(data) ?? '').slice(0, MAX_NOTICE_DATA),
    }
    await this.links.of(queue).leases.notice(notice).catch(() => {})
  }
}
