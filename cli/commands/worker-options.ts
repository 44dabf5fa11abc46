import { Option } from 'commander'

const asList = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',').map(part => part.trim()).filter(part => part !== '')]

export const queueOption = (description: string): Option => new Option('--queues <names>', description).argParser(asList)
export const imageOption = (): Option => new Option('--allow-image <pattern>', 'an image that may run here, with * as a wildcard; may be repeated').argParser(asList)
