import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/harness/sequencer.js'

export default defineConfig({
  test: {
    include: ['{shared,scheduler,worker,web,cli,bench,examples}/**/*.test.ts', 'test/**/*.test.ts'],
    // Minutes of kills and crowds, and timing that a busy machine can spoil: `npm run test:endurance`. Terraform, which Debian does not have:
    // `npm run test:terraform`.
    exclude: [...configDefaults.exclude, ...(process.env['ENDURANCE'] === '1' ? [] : ['test/endurance/**']),
      // Minutes as well: it boots a system. `npm run test:systemd`.
      ...(process.env['SYSTEMD'] === '1' ? [] : ['test/systemd/**']), ...(process.env['TERRAFORM'] === '1' ? [] : ['test/terraform/**']), ...(process.env['SCREENSHOTS'] === '1' ? [] : ['test/ui/screenshots.test.ts'])],
    globalSetup: ['test/harness/global-setup.ts'],
    setupFiles: ['test/harness/setup.ts'],
    pool: 'forks',
    // Tests wait more than they compute: two cores are not full with two.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    retry: 0,
    allowOnly: false,
    // Real servers on a busy machine; a test that hangs is still reported within half a minute.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    dangerouslyIgnoreUnhandledErrors: false,
    restoreMocks: true,
    unstubEnvs: true,
  },
})
