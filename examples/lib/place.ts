import { dirname } from 'node:path'
import type { TaskDefaults } from 'longshore'

/** Made by `npm run demo` out of this machine's own Node.js and busybox: no registry is asked. */
const DEMO_IMAGE = 'longshore-demo/node:stable'

/** Where the tasks of an example run, and where they find their scripts. */
export interface Place {
  /** For the DAG's `defaults`: image or process, mounts, environment. */
  readonly defaults: TaskDefaults
  /** The command of a task: a script of examples/scripts with its arguments. */
  readonly script: (name: string, ...args: readonly (string | number)[]) => (string | number)[]
}

/** In containers: the scripts and the data are mounted read-only, only the output folder can be written to. */
export function inContainers(): Place {
  const { scripts, data, out } = folders()
  return {
    script: (name, ...args) => ['node', `/app/${name}`, ...args],
    defaults: {
      image: DEMO_IMAGE,
      pull: 'never',
      network: 'none',
      memory: '256m',
      // What a run writes belongs to whoever started Longshore, not to root.
      user: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      mounts: [
        { source: scripts, target: '/app', readOnly: true },
        { source: data, target: '/data', readOnly: true },
        { source: out, target: '/out' },
      ],
      env: { DATA: '/data', OUT: '/out' },
    },
  }
}

/** As processes on the worker, where there is no Docker: the same scripts with the paths of this machine. */
export function asProcesses(): Place {
  const { scripts, data, out } = folders()
  return {
    script: (name, ...args) => ['node', `${scripts}/${name}`, ...args],
    defaults: { kind: 'process', env: { DATA: data, OUT: out } },
  }
}

/** Absolute paths in this checkout, which Docker wants: the examples run on the machine that has it. */
function folders() {
  const examples = dirname(__dirname)
  return { scripts: `${examples}/scripts`, data: `${dirname(examples)}/node_modules/vega-datasets/data`, out: `${examples}/out` }
}
