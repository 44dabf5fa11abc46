import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { memo, type ReactNode } from 'react'
import { Icon } from '../../kit/icon.js'
import { lookOf, StateIcon } from '../../kit/state.js'
import type { Folded, Task } from './graph-fold.js'
import type { Direction } from './graph-layout.js'

type TaskNode = Node<{ readonly task: Task; readonly isDim: boolean; readonly direction: Direction }, 'task'>
type FoldedNode = Node<{ readonly group: Folded; readonly direction: Direction }, 'folded'>
type GroupNode = Node<{ readonly label: string; readonly onFold: () => void }, 'group-box'>
export type AnyNode = TaskNode | FoldedNode | GroupNode

const Ends = ({ direction, children }: { readonly direction: Direction; readonly children: ReactNode }) => (
  <>
    <Handle type="target" position={direction === 'LR' ? Position.Left : Position.Top} isConnectable={false} />
    {children}
    <Handle type="source" position={direction === 'LR' ? Position.Right : Position.Bottom} isConnectable={false} />
  </>
)

const countOf = (counts: Folded['counts']): number => Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)

const TaskBox = memo(function TaskBox({ data: { task: { label, kind, mapped, branch, state, counts, triggerRule }, isDim, direction } }: NodeProps<TaskNode>) {
  const how = mapped ? `${counts?.success ?? 0} of ${countOf(counts)}` : kind
  return (
    <div className={`task-box${isDim ? ' is-dim' : ''}`} style={{ borderLeftColor: lookOf(state ?? 'none').colour }} title={`${label}\n${kind} · ${triggerRule}${state === null ? '' : ` · ${lookOf(state).label}`}`}>
      <Ends direction={direction}>
        {state !== null && <StateIcon state={state} size={15} />}
        <span className="ellipsis"><strong className="ellipsis">{label}</strong><small>{how}{branch && ' · branch'}{triggerRule !== 'all_success' && ` · ${triggerRule.replaceAll('_', ' ')}`}</small></span>
      </Ends>
    </div>
  )
})

const FoldedBox = memo(function FoldedBox({ data: { group: { label, tasks, state, counts }, direction } }: NodeProps<FoldedNode>) {
  return (
    <div className="task-box is-group" style={{ borderLeftColor: lookOf(state ?? 'none').colour }} title={`${label}: ${tasks} tasks. A click unfolds it.`}>
      <Ends direction={direction}>
        {state === null ? <Icon name="right" size={13} /> : <StateIcon state={state} size={15} />}
        <span className="ellipsis"><strong className="ellipsis">{label}</strong><small>{counts === null ? `${tasks} tasks` : `${counts.success ?? 0} of ${countOf(counts)}`}</small></span>
        <Icon name="plus" size={12} />
      </Ends>
    </div>
  )
})

const GroupBox = ({ data: { label, onFold } }: NodeProps<GroupNode>) => (
  <div className="group-box"><button type="button" className="as-text" aria-label={`Fold ${label}`} onClick={event => { event.stopPropagation(); onFold() }}><Icon name="down" size={11} />{label}</button></div>
)

export const NODE_TYPES = { task: TaskBox, folded: FoldedBox, 'group-box': GroupBox }
