import type { LogFrame } from '../../shared/broker/live-log.js'
import { print } from '../output/print.js'

export type FramePrinter = (frames: readonly LogFrame[]) => void

/** `<seconds>.<nanoseconds>` as ISO 8601 with all its digits. */
function isoTime(time: string): string {
  const [seconds = '0', nanoseconds = '0'] = time.split('.')
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${nanoseconds.padEnd(9, '0')}Z`
}

export function framePrinter(format: 'text' | 'timestamps' | 'json'): FramePrinter {
  switch (format) {
    case 'json': return frames => {
      if (frames.length > 0) print(frames.map(({ time, stream, text, complete }) => JSON.stringify({ time: isoTime(time), stream, text, complete })).join('\n'))
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
