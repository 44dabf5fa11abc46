export declare const SYSTEM_IMAGE: 'longshore-test/debian-systemd:12'
export declare function ensureSystemImage(socketPath: string): Promise<void>

export interface NodeOptions {
  readonly name: string
  readonly dataDir: string
  readonly binds?: readonly string[]
  readonly network?: string
  readonly labels?: Readonly<Record<string, string>>
}

export interface Ran {
  readonly code: number
  readonly output: string
}

export interface SystemNode {
  readonly id: string
  run(script: string, options?: { readonly timeoutMs?: number }): Promise<Ran>
  remove(): Promise<void>
}
export declare function bootNode(socketPath: string, options: NodeOptions): Promise<SystemNode>
export declare function inNode(socketPath: string, name: string, script: string, options?: { readonly timeoutMs?: number }): Promise<Ran>
export declare function removeNode(socketPath: string, name: string, dataDir: string): Promise<void>
