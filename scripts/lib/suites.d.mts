export declare const SUITES: Readonly<Record<string, { readonly needs: readonly string[] }>>
export declare function suiteOf(environment: NodeJS.ProcessEnv): string | null
