export declare class Standalone {
  constructor(options: { readonly dags: string; readonly stateDir: string; readonly port: number; readonly dockerHost: string | null })
  /** Where it answers over HTTP; null until its log says so. */
  readonly url: string | null
  /** Where the first user signs in, once. */
  readonly login: string | null
  start(): Promise<void>
  stop(): Promise<void>
  tail(): string
}
