import type { Check, Checkup, Finding } from './check.js'
import { failed } from './check.js'
import { checkDatabase } from './database.js'
import { checkDisk, checkMemory } from './disk.js'
import { checkDocker } from './docker.js'
import { checkKeys } from './keys.js'
import { checkLeftovers } from './leftovers.js'
import { checkLogStore } from './log-store.js'
import { checkNode } from './node.js'
import { checkBroker } from './redis.js'

const CHECKS: Readonly<Record<string, Check>> = { node: checkNode, database: checkDatabase, redis: checkBroker, keys: checkKeys, docker: checkDocker, leftovers: checkLeftovers, disk: checkDisk, 'log store': checkLogStore, memory: checkMemory }

/** All findings, in a fixed order. The checks go on at once: each may have to wait for a server that is away. */
export async function examine(checkup: Checkup): Promise<Finding[]> {
  const found = await Promise.all(Object.entries(CHECKS).map(async ([name, check]) => {
    try {
      return await check(checkup)
    } catch (error) {
      return [failed(name, error)]
    }
  }))
  return found.flat()
}
