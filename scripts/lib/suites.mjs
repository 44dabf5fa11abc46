/**
 * What `npm test` leaves out, each a folder of test/ and a command of its own, `npm run test:<suite>`. `needs` are the packages of
 * the operating system that only it takes.
 */
export const SUITES = {
  /** The pages in a real browser. */
  ui: { needs: ['chromium'] },
  /** The modules with the real Terraform, which Debian does not have. */
  terraform: { needs: [] },
  /** The package and the units on a system that is booted for it. */
  systemd: { needs: ['debootstrap', 'packing'] },
  /** Minutes of kills and crowds, and timing that a busy machine can spoil. */
  endurance: { needs: [] },
}

/** The suite that this process runs; null for all of the rest. */
export const suiteOf = environment => environment.SUITE ?? null
