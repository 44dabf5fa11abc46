import type { LogFrame } from '../../shared/broker/live-log.js'
import { isoTime, viewFrame } from '../../shared/log-reading/view-frame.js'
import { print } from '../output/print.js'

export type FramePrinter = (frames: readonly LogFrame[]) => void

export function framePrinter(format: 'text' | 'timestamps' | 'json'): FramePrinter {
  switch (format) {
    case 'json': return frames => {
      if (frames.length > 0) print(frames.map(frame => JSON.stringify(viewFrame(frame))).join('\n'))
    }
    case 'text':
    case 'timestamps': {
      let continues = false
      return frames => {
        const text = frames.map(frame => {
          const prefix = format === 'timestamps' && !continues ? `${isoTime(frame.time)} ` : ''
          continues = !frame.complete
          return `${prefix}${frame.text}${frame.complete ? '\n' : ''}`
        }).join('')
        if (text !== '') process.stdout.write(text)
      }
    }
  }
}
