export declare function canRunDockerd(): boolean

export declare class PrivateDockerd {
  constructor(options: { readonly dataRoot: string; readonly keepData?: boolean; readonly liveRestore?: boolean })
  static under(folder: string): PrivateDockerd[]
  readonly dataRoot: string
  readonly socketPath: string
  /** Its sockets, its log and `daemon.json`. */
  readonly runDir: string
  readonly host: string
  readonly logFile: string
  readonly pid: number | null
  start(): Promise<this>
  relaunch(): Promise<void>
  kill(): Promise<void>
  terminate(): Promise<void>
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}
