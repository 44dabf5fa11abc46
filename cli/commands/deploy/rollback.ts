import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { FOLDER, PREVIOUS } from '../../../shared/operations/bundles.js'
import { on } from '../../installation.js'
import { printJson } from '../../output/print.js'
import { printDeployed } from './print-deployed.js'

interface Options {
  readonly folder?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('[bundle]', 'the beginning of the hash of a bundle; default: the one before')
    .option('--folder', 'go back to the DAG folder of each scheduler')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--json', 'print {outcome, bundle, before, plan}')
    .addHelpText('after', '\nTwice in a row goes two back. `longshore deploy list` shows what there is to go back to.')
    .action(async (bundle: string | undefined, { folder, dryRun = false, json }: Options) => {
      if (bundle !== undefined && folder === true) throw new LongshoreError('LS_USAGE', 'give either a bundle or --folder')
      const deployed = await on(command, 'bundles', port => port.activate(folder === true ? FOLDER : bundle ?? PREVIOUS, dryRun))
      if (json === true) printJson(deployed)
      else printDeployed(deployed)
    })
}
