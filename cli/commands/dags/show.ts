import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { renderDag } from '../../../shared/dag/render.js'
import { renderSvg } from '../../../shared/dag/svg.js'
import { LongshoreError } from '../../../shared/errors.js'
import { isoInZone } from '../../../shared/time/iso.js'
import { on } from '../../installation.js'
import { paint } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderFields, renderTable } from '../../output/table.js'
import type { DagView } from '../../../shared/views/dag-view.js'

interface Options {
  readonly svg?: boolean
  readonly out?: string
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--svg', 'print the graph as a picture instead')
    .option('--out <file>', 'write the picture to a file')
    .option('--json', 'print the DAG in its canonical form, with its version, as JSON')
    .action(async (dag: string, { svg, out, json }: Options) => {
      if (svg === true && json === true) throw new LongshoreError('LS_USAGE', 'give either --svg or --json')
      if (out !== undefined && svg !== true) throw new LongshoreError('LS_USAGE', '--out is for --svg')
      const found = await on(command, 'dags', port => port.show(dag))
      if (json === true) printJson(found)
      else if (svg !== true) print(text(found))
      else if (out === undefined) print(renderSvg(found.spec))
      else await write(out, renderSvg(found.spec))
    })
}

async function write(file: string, svg: string): Promise<void> {
  try {
    await writeFile(file, svg)
  } catch (cause) {
    throw new LongshoreError('LS_USAGE', `--out '${file}' cannot be written: ${(cause as Error).message}`, { cause })
  }
  note(`Wrote ${file}.`)
}

function text(dag: DagView): string {
  const { spec, version, hash } = dag
  const fields = renderFields([
    ['file', dag.file], ['version', `${version} (${hash.slice(0, 12)})`], ['description', spec.description], ['owner', spec.owner], ['tags', spec.tags.join(', ')],
    ['schedule', `${dag.schedule ?? 'none: runs are made by hand'}${spec.schedule.kind === 'cron' ? ` in ${spec.timezone}` : ''}`],
    ['next run', nextRun(dag)],
    ['limits', `${spec.maxActiveRuns} runs, ${spec.maxActiveTasks} tasks at once`],
  ])
  const params = Object.entries(spec.params)
  const paramTable = params.length === 0 ? '' : `\n\n${renderTable<(typeof params)[number]>([
    { title: 'PARAM', value: ([name]) => name },
    { title: 'TYPE', value: ([, param]) => param.type },
    { title: 'DEFAULT', value: ([, param]) => (param.default === undefined ? '(required)' : JSON.stringify(param.default)) },
    { title: 'MEANING', value: ([, param]) => [param.description, param.enum && `one of ${param.enum.map(value => JSON.stringify(value)).join(', ')}`].filter(Boolean).join('; ') },
  ], params)}`
  return `${fields}${paramTable}\n\n${renderDag(spec)}`
}

function nextRun({ active, paused, nextRun: next, spec }: DagView): string {
  if (!active) return paint('never: its file no longer defines it', 'yellow')
  if (paused) return paint('paused', 'yellow')
  return next === null ? 'none' : isoInZone(Date.parse(next), spec.timezone)
}
