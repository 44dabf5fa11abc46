export declare function dockerJson(socketPath: string, method: string, path: string, options?: { readonly json?: unknown; readonly timeoutMs?: number }): Promise<unknown>
