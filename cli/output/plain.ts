/** Control characters but tab and line feed, and the marks that turn the direction of text: they would steer a terminal, or have it show another text than the one that is there. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
const STEERING_BUT_COLOURS = new RegExp(`\\u001b\\[[0-9;]*m|${STEERING.source}`, 'g')
const STEERING_IN_JSON = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Text of tasks, servers or people, such that it cannot steer a terminal: what could is shown as `\u001b`. */
export const plain = (text: string): string => text.replace(STEERING, escaped)

/** The same for text that was painted: colours stay. */
export const plainButColours = (text: string): string => text.replace(STEERING_BUT_COLOURS, found => (found.length > 1 ? found : escaped(found)))

/** JSON whose strings hold such characters as escapes, which mean the same. */
export const plainJson = (json: string): string => json.replace(STEERING_IN_JSON, escaped)
