import { useQuery } from '@tanstack/react-query'
import { ask } from './ask.js'
import { useMay } from './may.js'
import type { Schema } from './schema.js'

export type Health = Schema<'Health'>
export type Rollout = Schema<'Rollout'>
export type RolloutNode = Rollout['nodes'][number]

const AGAIN_MS = 5_000
const ROLLOUT_MS = 15_000

export const useHealth = () => useQuery({ queryKey: ['health'], queryFn: ({ signal }) => ask<Health>('GET', '/health', { signal }), refetchInterval: AGAIN_MS })

/** Which version is wanted where, and how far each machine is; not asked for those who may not know. */
export const useRollout = () => {
  const enabled = useMay().everywhere('viewer')
  return useQuery({ queryKey: ['releases'], queryFn: ({ signal }) => ask<Rollout>('GET', '/releases', { signal }), refetchInterval: ROLLOUT_MS, enabled })
}
