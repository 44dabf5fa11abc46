import { z } from 'zod'

/** Arrays as views give them: nobody changes them. */
export const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()

/** ISO 8601 in UTC. */
export const Time = z.string().describe('ISO 8601, UTC')
