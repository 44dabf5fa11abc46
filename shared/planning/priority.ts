/** BullMQ's range; 0 would run before everything that has a priority. */
const FIRST = 1
const LAST = 2_097_151
const MIDDLE = 1_048_576

/** Airflow's weight (higher first) as BullMQ's priority (1 first). */
export const brokerPriority = (weight: number): number => Math.min(LAST, Math.max(FIRST, MIDDLE - Math.trunc(weight)))
