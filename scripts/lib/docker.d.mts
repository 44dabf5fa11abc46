import type { PrivateDockerd } from './private-dockerd.mjs'

export declare function defaultDocker(): Promise<{ readonly ok: boolean; readonly host: string; readonly socketPath?: string; readonly reason: string }>

export interface OpenDocker {
  readonly host: string
  readonly socketPath: string
  readonly daemon: PrivateDockerd | null
  stop(): Promise<void>
}
export declare function openDocker(options: { readonly dataRoot: string; readonly keepData?: boolean }): Promise<OpenDocker>
