import type { Log } from '../shared/log.js'
import { HealthState } from './health/health.js'
import type { WorkerEvents } from './worker-events.js'

/** Says in the log what happens. Measuring runs a worker through thousands of attempts a second: those are `debug`. */
export function logEvents(events: WorkerEvents, log: Log): void {
  events.on('claimed', facts => log.debug(facts, 'claimed'))
  events.on('dropped', facts => log.info(facts, 'attempt dropped'))
  events.on('started', facts => log.debug(facts, 'started'))
  events.on('adopted', facts => log.info(facts, 'attempt adopted'))
  events.on('stopping', facts => log.info(facts, 'stopping the task'))
  events.on('finished', facts => {
    if (facts.reason === 'exited') log.debug(facts, 'finished')
    else log.warn(facts, 'finished')
  })
  events.on('released', facts => log.info(facts, 'attempt given back'))
  events.on('pulling', facts => log.info(facts, 'pulling an image'))
  events.on('pulled', facts => log.info(facts, 'image pulled'))
  events.on('pullFailed', facts => log.warn(facts, 'an image cannot be pulled'))
  events.on('imageRemoved', facts => log.info(facts, 'image removed'))
  events.on('health', facts => {
    if (facts.state === HealthState.healthy) log.info(facts, 'this worker is fit for work again')
    else if (facts.state === HealthState.probing) log.debug(facts, 'probing whether containers start')
    else log.error(facts, facts.before === HealthState.probing ? 'containers still do not start; no new work is taken' : 'this worker is not well; no new work is taken')
  })
  events.on('reaped', facts => log.info(facts, 'reaped'))
  events.on('settled', facts => log.debug(facts, 'settled'))
  events.on('alien', facts => log.error(facts, 'a job that no scheduler made was removed; find out what writes to this Redis'))
}
