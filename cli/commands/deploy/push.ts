import type { Command } from 'commander'
import { readBundle } from '../../../shared/bundles/folder.js'
import { on } from '../../installation.js'
import { printJson } from '../../output/print.js'
import { printDeployed } from './print-deployed.js'

interface Options {
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<dir>', 'folder with the DAG files and what they read')
    .option('--dry-run', 'validate them and show the plan, and change nothing')
    .option('--json', 'print {outcome, bundle, before, plan}')
    .addHelpText('after', `
\`longshore deploy DIR\` is short for it. Everything in the folder that is not hidden goes along as one bundle, named by the hash of its content.
Nothing is changed when any DAG file has a problem, when the bundle is in force already, or when somebody else deploys meanwhile.`)
    .action(async (dir: string, { dryRun = false, json }: Options) => {
      const bundle = await readBundle(dir)
      const deployed = await on(command, 'bundles', port => port.deploy(bundle, dryRun))
      if (json === true) printJson(deployed)
      else printDeployed(deployed)
    })
}
