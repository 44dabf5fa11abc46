import type { CompiledTask } from './checks.js'
import type { KeyPath } from './draft.js'
import { reachable } from './graph.js'
import type { MapSpec } from './model.js'
import { pathText, type Problems } from './problems.js'
import { isTemplate } from './template-engine.js'
import { checkTemplate, mapTemplates } from './templates.js'
import { mapTriggerTexts, mapWaitTexts } from './waiting-templates.js'

/** Tells what is wrong with the templates of all tasks, as far as it can be known before a run. */
export function checkTemplates(tasks: readonly CompiledTask[], params: readonly string[], problems: Problems): void {
  const upstream = new Map(tasks.map(({ spec }) => [spec.id, spec.after]))
  const withResult = new Set(tasks.filter(({ spec }) => spec.result).map(({ spec }) => spec.id))
  for (const { spec, subject, shell } of tasks) {
    const names = {
      params,
      // Asked for by few templates, and a walk over the graph for each task that does.
      get results() { return [...reachable(upstream, [spec.id])].filter(id => withResult.has(id)) },
      item: itemOf(spec.map),
    }
    const check = (text: string, place: KeyPath): string => {
      if (!isTemplate(text)) return text
      const path = shell && place[0] === 'command' ? ['shell'] : place
      for (const problem of checkTemplate(text, names)) {
        problems.add(subject, path, `'${pathText(path)}' on ${subject.name}: ${problem}`)
      }
      return text
    }
    mapTemplates(spec, check)
    if (spec.wait !== null) mapWaitTexts(spec.wait, check)
    if (spec.trigger !== null) mapTriggerTexts(spec.trigger, check)
  }
}

const itemOf = (map: MapSpec | null): { readonly axes: readonly string[] } | null =>
  map && { axes: map.axes.map(({ name }) => name).filter(name => name !== null) }
