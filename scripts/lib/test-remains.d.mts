import type { FoundProcess } from './processes.mjs'

export declare const RUN_PREFIX: string
export declare const MARKER_VARIABLE: string
export declare function runProcesses(marker: string, folder: string): FoundProcess[]
export declare function killProcesses(found: readonly FoundProcess[]): Promise<void>
export declare function removeTestRemains(): Promise<void>
