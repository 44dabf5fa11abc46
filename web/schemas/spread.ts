import { z } from 'zod'
import { list, Time } from './list.js'

const Side = z.object({
  slots: list(z.int()).describe('Task starts in each of them.'),
  total: z.int(),
  peak: z.object({ at: Time, tasks: z.int(), dags: list(z.object({ dag: z.string(), tasks: z.int(), schedule: z.string().nullable() })) }).nullable().describe('The first of the fullest; null when nothing is due.'),
}).meta({ id: 'SpreadSide' })

export const Spread = z.object({
  from: Time,
  slotMinutes: z.int(),
  dags: z.int().describe('How many were looked at: those that are not paused.'),
  before: Side.describe('As the DAGs are written.'),
  after: Side.describe('With H instead of each fixed minute and the fixed hour beside it.'),
}).meta({ id: 'Spread' })
