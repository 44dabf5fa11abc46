/** What whoever supervises a service wants to know of it. */
export interface Supervised {
  /** In a few words, for `systemctl status`. */
  readonly status: () => string
  /** Why it comes no further although nothing that it needs is away; null while it does. Only a restart would help. */
  readonly stuck: () => string | null
  /** Reads the settings again; undefined for what has none to read. */
  readonly reload?: () => void
}
