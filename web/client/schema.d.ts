// Made from the OpenAPI document by `npm run client`; a test holds it to that.
export interface paths {
    "/api/v1/dags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** DAGs by name, with their newest runs */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    owner?: string;
                    paused?: string;
                    /** @description How many of its newest runs come with each DAG. */
                    runs?: number;
                    /** @description Text in the id, description or owner. */
                    search?: string;
                    tag?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["DagItem"][];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dags/{dag}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Pauses or unpauses a DAG */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dag: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        paused: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            changed: boolean;
                        };
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/dags/{dag}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Triggers a run */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dag: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description A date of the past, in the zone of the DAG unless it names its own; null: now.
                         * @default null
                         */
                        logicalDate?: string | null;
                        /** @default {} */
                        params?: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description Name of the run; null names it after its logical date.
                         * @default null
                         */
                        run?: string | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Triggered"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        DagItem: {
            dag: string;
            description: string | null;
            file: string;
            /** @description When its next run is due. */
            nextRun: string | null;
            owner: string | null;
            paused: boolean;
            /** @description Its newest runs, newest first. */
            runs: components["schemas"]["RunMark"][];
            /** @description As its author could have written it; null when runs are only made by hand. */
            schedule: string | null;
            tags: string[];
            timezone: string;
        };
        DagItemInput: {
            dag: string;
            description: string | null;
            file: string;
            /** @description When its next run is due. */
            nextRun: string | null;
            owner: string | null;
            paused: boolean;
            /** @description Its newest runs, newest first. */
            runs: components["schemas"]["RunMarkInput"][];
            /** @description As its author could have written it; null when runs are only made by hand. */
            schedule: string | null;
            tags: string[];
            timezone: string;
        };
        Problem: {
            code: string;
            detail: string;
            errors?: {
                message: string;
                path: string;
            }[];
            hint: string;
            status: number;
            title: string;
            type: string;
        };
        ProblemInput: {
            code: string;
            detail: string;
            errors?: {
                message: string;
                path: string;
            }[];
            hint: string;
            status: number;
            title: string;
            type: string;
        };
        /** @description A run as a bar in a row of runs. */
        RunMark: {
            endedAt: string | null;
            logicalDate: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
        };
        /** @description A run as a bar in a row of runs. */
        RunMarkInput: {
            endedAt: string | null;
            logicalDate: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
        };
        Triggered: {
            dag: string;
            /** @description The run waits until the DAG is not paused any more. */
            paused: boolean;
            run: string;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
        };
        TriggeredInput: {
            dag: string;
            /** @description The run waits until the DAG is not paused any more. */
            paused: boolean;
            run: string;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
