export declare const NODE_IMAGE: 'longshore-demo/node:stable'
export declare const BUSYBOX_IMAGE: 'longshore-demo/busybox:stable'
export declare function ensureDemoImages(socketPath: string, references?: readonly string[]): Promise<string[]>
