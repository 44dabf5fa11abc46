/** Exit codes: it worked; it failed; it was asked in a way that makes no sense. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const
