import { isOutage } from '../shared/outage.js'
import type { Log } from '../shared/log.js'
import type { WorkerEvent } from '../shared/protocol/events.js'
import type { QueueLinks } from './queue/queue-link.js'

/** Sends events. A failure is no error here: whoever sends keeps the event and sends it again. */
export class Reporter {
  constructor(private readonly links: QueueLinks, private readonly log: Log) {}

  /** Whether Redis took it. `isLogShipped`: the log store has the whole log of the attempt already. */
  async send(queue: string, event: WorkerEvent, { isLogShipped = false }: { readonly isLogShipped?: boolean } = {}): Promise<boolean> {
    const { leases } = this.links.of(queue)
    try {
      await (isLogShipped ? leases.reportWithLog(event) : leases.report(event))
      return true
    } catch (error) {
      if (!isOutage(error)) this.log.error({ queue, attempt: event.attempt, err: error }, `the ${event.type} event was refused; it will be repeated`)
      return false
    }
  }
}
