/**
 * What `npm test` leaves out, each a folder of test/ and a command of its own, `npm run test:<suite>`. `needs` are the packages of
 * the operating system that only it takes.
 */
export const SUITES = {
  /** What is killed, cut off, flooded or emptied while tasks run, with real processes, servers and containers. */
  faults: { needs: [] },
  /** The pages in a real browser. */
  ui: { needs: ['chromium'] },
  /** The modules with the real Terraform, which Debian does not have. */
  terraform: { needs: [] },
  /** The package and the units on a system that is booted for it. */
  systemd: { needs: ['debootstrap', 'packing'] },
  /** An installation that Prometheus watches, one that is lost and restored, and what docs/operations/ tells people to type. */
  monitoring: { needs: ['monitoring', 'operating'] },
  /** Nodes that Terraform makes, under load, to which everything is done that is done to an installation; and what that must not harm. */
  deploy: { needs: ['debootstrap', 'packing', 'client'] },
  /** Minutes of kills and crowds, and timing that a busy machine can spoil. */
  endurance: { needs: [] },
}

/** The suite that this process runs; null for all of the rest. */
export const suiteOf = environment => environment.SUITE ?? null
