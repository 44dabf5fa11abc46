import { configDefaults, defineConfig } from 'vitest/config'
import { suiteOf, SUITES } from './scripts/lib/suites.mjs'
import { LongestFirst } from './test/harness/sequencer.js'

const suite = suiteOf(process.env)

export default defineConfig({
  test: {
    include: suite === null ? ['{shared,scheduler,worker,web,cli,bench,examples}/**/*.test.ts', 'test/**/*.test.ts'] : [`test/${suite}/**/*.test.ts`],
    exclude: [
      ...configDefaults.exclude,
      ...Object.keys(SUITES).filter(name => name !== suite).map(name => `test/${name}/**`),
      ...(process.env['SCREENSHOTS'] === '1' ? [] : ['test/ui/screenshots.test.ts']),
    ],
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
