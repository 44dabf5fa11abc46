/** Colours by role, for light and dark; the reader's system chooses. Contrast of every text is at least 4.5:1 in both. */
const LIGHT = {
  page: '#ffffff', box: '#f8fafc', line: '#b6c0cd', ink: '#17202c', dim: '#566273', edge: '#8794a6', group: '#eef2f7', chip: '#e4e9f0',
  container: '#2563c9', process: '#0b7a6f', empty: '#7b8797', wait: '#b26a00', trigger: '#7440cc',
} as const
type Role = keyof typeof LIGHT
const DARK: Readonly<Record<Role, string>> = {
  page: '#11151b', box: '#1b222c', line: '#414d5d', ink: '#e8edf3', dim: '#a3afbf', edge: '#6e7c8f', group: '#161c24', chip: '#2a3441',
  container: '#6ea8ff', process: '#45c9bb', empty: '#8a97a8', wait: '#f0b04a', trigger: '#b993ff',
}

const variables = (colours: Readonly<Record<Role, string>>): string => Object.entries(colours).map(([role, colour]) => `--${role}:${colour}`).join(';')

/** Everything is scoped to the class of the drawing, so that it can be put into a page as it is. */
export const SVG_STYLE = `
.ls-dag{${variables(LIGHT)};font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){.ls-dag{${variables(DARK)}}}
.ls-dag .page{fill:var(--page)}
.ls-dag text{fill:var(--ink);font-size:13px}
.ls-dag .title{font-size:17px;font-weight:700}
.ls-dag .what,.ls-dag .count,.ls-dag .group-name{fill:var(--dim);font-size:11px}
.ls-dag .mark text{font-size:11px}
.ls-dag .mark rect{fill:var(--chip)}
.ls-dag .task>.box{fill:var(--box);stroke:var(--line)}
.ls-dag .mapped>.under{fill:var(--box);stroke:var(--line)}
.ls-dag .empty>.box{stroke-dasharray:4 3}
.ls-dag .group>rect{fill:var(--group);stroke:var(--line)}
.ls-dag .edge{fill:none;stroke:var(--edge);stroke-width:1.4}
.ls-dag .edge.choice{stroke-dasharray:5 4}
.ls-dag .head{fill:var(--edge)}
${['container', 'process', 'empty', 'wait', 'trigger'].map(kind => `.ls-dag .${kind}>.bar{fill:var(--${kind})}`).join('\n')}
`
