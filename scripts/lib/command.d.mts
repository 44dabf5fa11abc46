export declare function which(command: string): string | null
export declare function mustRun(command: string, args: readonly string[], options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }): Promise<string>
