import type { ReleaseSettings } from '../../shared/operations/releases.js'
import type { RolloutView } from '../../shared/views/release-view.js'
import type { Releases } from '../ports/releases.js'
import { bodyOf, type Api } from './api.js'

export class RemoteReleases implements Releases {
  constructor(private readonly api: Api) {}

  show(): Promise<RolloutView> {
    return bodyOf(this.api.GET('/api/v1/releases'))
  }

  set(settings: ReleaseSettings): Promise<RolloutView> {
    return bodyOf(this.api.PUT('/api/v1/releases', { body: settings }))
  }

  halt(why: string): Promise<RolloutView> {
    return bodyOf(this.api.POST('/api/v1/releases/halt', { body: { why } }))
  }

  resume(): Promise<RolloutView> {
    return bodyOf(this.api.POST('/api/v1/releases/resume'))
  }
}
