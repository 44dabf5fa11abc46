import { z } from 'zod'
import { haltRollout, readRollout, resumeRollout, setRelease } from '../../shared/operations/releases.js'
import { NodeRole } from '../../shared/protocol/release.js'
import { rolloutView } from '../../shared/views/release-view.js'
import type { Api, WebContext } from '../app.js'
import { everywhere, principalOf } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { Rollout } from '../schemas/release.js'

const MOST_AT_ONCE = 1_000

const Wanted = z.strictObject({
  version: z.string().max(60),
  role: z.enum(NodeRole).nullable().default(null).describe('Null: all.'),
  pool: z.string().max(63).nullable().default(null).describe('Of workers; null: every pool that has no version of its own.'),
  maxUnavailable: z.int().min(1).max(MOST_AT_ONCE).nullable().default(null).describe('Nodes that may be updated at once; null: as before, or 1.'),
})

/** Which version of Longshore is wanted where, and how far it is. */
export function releaseRoutes(api: Api, { config, database, wake }: WebContext): void {
  const tags = ['Releases']
  const answer = async () => rolloutView(await readRollout(database))

  api.get('/releases', {
    config: { access: everywhere(Role.viewer) }, schema: { summary: 'Wanted versions, and how each node stands to them', tags, response: { 200: Rollout } },
  }, answer)

  api.put('/releases', {
    config: { access: everywhere(Role.admin), audit: 'release.set' }, schema: { summary: 'Wants a version; its packages lie in releaseStore', tags, body: Wanted, response: { 200: Rollout } },
  }, async request => {
    await setRelease(database, config.releaseStore, request.body, principalOf(request).name)
    await wake()
    return answer()
  })

  api.post('/releases/halt', {
    config: { access: everywhere(Role.operator), audit: 'release.halt' },
    schema: { summary: 'Has no further node begin', tags, body: z.strictObject({ why: z.string().min(1).max(2_000) }), response: { 200: Rollout } },
  }, async request => {
    await haltRollout(database, request.body.why, principalOf(request).name)
    return answer()
  })

  api.post('/releases/resume', {
    config: { access: everywhere(Role.admin), audit: 'release.resume' }, schema: { summary: 'Goes on, also on nodes that have failed', tags, response: { 200: Rollout } },
  }, async () => {
    await resumeRollout(database)
    await wake()
    return answer()
  })
}
