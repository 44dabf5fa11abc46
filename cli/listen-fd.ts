/** The first descriptor that systemd passes; sd_listen_fds(3). */
const FIRST = 3

/** The socket that systemd has opened for this process, which then takes over its connections without losing one; null when there is none. */
export function passedSocket(environment: Readonly<Record<string, string | undefined>>, pid: number): number | null {
  const { LISTEN_FDS: count, LISTEN_PID: owner } = environment
  return Number(count) >= 1 && Number(owner) === pid ? FIRST : null
}
