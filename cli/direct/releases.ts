import { haltRollout, readRollout, resumeRollout, setRelease, type ReleaseSettings } from '../../shared/operations/releases.js'
import { rolloutView, type RolloutView } from '../../shared/views/release-view.js'
import type { Releases } from '../ports/releases.js'
import type { Direct } from './direct.js'

export class DirectReleases implements Releases {
  constructor(private readonly direct: Direct) {}

  async show(): Promise<RolloutView> {
    return rolloutView(await readRollout(this.direct.database))
  }

  async set(settings: ReleaseSettings): Promise<RolloutView> {
    const { config, database, user } = this.direct
    await this.direct.operate({ action: 'release.set', target: { ...settings } }, () => setRelease(database, config.releaseStore, settings, user))
    return this.show()
  }

  async halt(why: string): Promise<RolloutView> {
    const { database, user } = this.direct
    await this.direct.operate({ action: 'release.halt', target: { why } }, () => haltRollout(database, why, user))
    return this.show()
  }

  async resume(): Promise<RolloutView> {
    await this.direct.operate({ action: 'release.resume' }, () => resumeRollout(this.direct.database))
    return this.show()
  }
}
