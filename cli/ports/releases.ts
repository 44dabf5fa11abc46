import type { ReleaseSettings } from '../../shared/operations/releases.js'
import type { RolloutView } from '../../shared/views/release-view.js'

export interface Releases {
  show(): Promise<RolloutView>
  set(settings: ReleaseSettings): Promise<RolloutView>
  halt(why: string): Promise<RolloutView>
  resume(): Promise<RolloutView>
}
