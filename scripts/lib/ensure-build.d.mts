export declare function ensureBuild(): Promise<void>
/** Only the pages. */
export declare function ensureUi(): Promise<void>
