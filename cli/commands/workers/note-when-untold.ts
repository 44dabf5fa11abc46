import { note } from '../../output/print.js'

/** Said when a wish could not be passed on at once. */
export function noteWhenUntold(isTold: boolean): void {
  if (!isTold) note('Redis does not answer: schedulers tell the worker as soon as it is back.')
}
