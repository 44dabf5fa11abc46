export interface FoundProcess {
  readonly pid: number
  readonly command: string
}
export declare function isAlive(pid: number): boolean
export declare function findProcesses(matches: (candidate: FoundProcess & { environment: () => string[] }) => boolean): FoundProcess[]
export declare function signal(pid: number, name: NodeJS.Signals | 0): boolean
export declare function freeze(pid: number): void
export declare function gone(pids: readonly number[], timeoutMs: number): Promise<boolean>
