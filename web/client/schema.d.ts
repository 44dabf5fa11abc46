// Made from the OpenAPI document by `npm run client`; a test holds it to that.
export interface paths {
    "/api/v1/adhoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs one command on a queue, without a DAG */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default [] */
                        command?: string[];
                        /** @default null */
                        cpus?: number | null;
                        /** @default {} */
                        env?: {
                            [key: string]: string;
                        };
                        /** @description Null: a process of the worker itself. */
                        image: string | null;
                        /**
                         * @description Such as 512m.
                         * @default null
                         */
                        memory?: string | null;
                        /**
                         * @description Its name in lists and logs.
                         * @default task
                         */
                        name?: string;
                        /** @default default */
                        queue?: string;
                        /**
                         * @description Such as 1h.
                         * @default null
                         */
                        timeout?: string | null;
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
                        "application/json": {
                            dag: string;
                            run: string;
                            task: string;
                        };
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
    "/api/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Assets by name, with what makes and awaits them */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
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
                            items: components["schemas"]["Asset"][];
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
    "/api/v1/assets/{asset}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells that an asset was updated */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    asset: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description What updated it; shown with the runs that this starts.
                         * @default null
                         */
                        reason?: string | null;
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
                        "application/json": {
                            asset: string;
                            subscribers: string[];
                        };
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
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people and tokens did, the newest first */
        get: {
            parameters: {
                query?: {
                    action?: string;
                    cursor?: string;
                    dag?: string;
                    limit?: number;
                    /** @description As it stands in the log. */
                    principal?: string;
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
                            items: components["schemas"]["AuditItem"][];
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
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs a browser in, by password or by a one-time code */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        user: string;
                    } | {
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of this browser */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who makes this request, and what they may */
        get: {
            parameters: {
                query?: never;
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
                        "application/json": components["schemas"]["Me"];
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
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes the own password; every other session ends */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Left out by who has none yet. */
                        current?: string;
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ways to sign in */
        get: {
            parameters: {
                query?: never;
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
                        "application/json": components["schemas"]["LoginProviders"];
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
    "/api/v1/backfills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Backfills of all DAGs, newest first */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
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
                            items: components["schemas"]["Backfill"][];
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
    "/api/v1/backfills/{backfill}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backfill by its number alone */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    backfill: number;
                };
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
                        "application/json": components["schemas"]["Backfill"];
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
    "/api/v1/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bundles, those that were in force last first */
        get: {
            parameters: {
                query?: never;
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
                            readonly items: components["schemas"]["Bundle"][];
                            next: null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Validates a bundle, stores it and puts it in force */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Only validates it and tells the plan.
                         * @default false
                         */
                        dryRun?: boolean;
                        files: {
                            /** @description Base64. */
                            content: string;
                            path: string;
                        }[];
                        /**
                         * @description What the sender takes for the hash of the bundle; another one is refused.
                         * @default null
                         */
                        hash?: string | null;
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
                        "application/json": components["schemas"]["Deployed"];
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
    "/api/v1/bundles/{bundle}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a bundle in force that was deployed before */
        post: {
            parameters: {
                query?: {
                    /** @description Only tells the plan. */
                    dryRun?: string;
                };
                header?: never;
                path: {
                    /** @description A hash, at least the first six characters of it; `previous`; or `folder`. */
                    bundle: string;
                };
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
                        "application/json": components["schemas"]["Deployed"];
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
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as it happens
         * @description Server-sent events. `change` names a topic and, where they are known, the runs in it that changed, each with its task instances as [task, map index, state, try]; `much` says that there are more than are listed. `reload`: something may have been missed, read everything anew. `stale`: nothing is heard of changes at the moment; `reload` follows. A reader that was cut off goes on with Last-Event-ID.
         */
        get: {
            parameters: {
                query: {
                    /** @description What to watch, with commas between: dags, workers, queues, dag:<dag>, run:<dag>/<run>; at most 50. */
                    topics: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Server-sent events. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
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
    "/api/v1/dags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** DAGs by name, or by what is due next, with their newest runs */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    /** @description Also Longshore's own, such as the one of tasks without a DAG. */
                    own?: string;
                    owner?: string;
                    paused?: string;
                    /** @description How many of its newest runs come with each DAG. */
                    runs?: number;
                    /** @description Text in the id, description or owner. */
                    search?: string;
                    /** @description `due`: by when the next run is due; only DAGs that are not paused and have one. */
                    sort?: "name" | "due";
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
        /** A DAG, with the version in force */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dag: string;
                };
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
                        "application/json": components["schemas"]["Dag"];
                    };
                };
            };
        };
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
    "/api/v1/dags/{dag}/backfills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Backfills of a DAG, newest first */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                            items: components["schemas"]["Backfill"][];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Runs a DAG for dates of the past */
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
                         * @description Newest date first.
                         * @default false
                         */
                        backwards?: boolean;
                        /** @default false */
                        dryRun?: boolean;
                        /** @description First logical date, in the zone of the DAG unless it names its own. */
                        from: string;
                        /**
                         * @description Null: as many as the DAG allows.
                         * @default null
                         */
                        maxActiveRuns?: number | null;
                        /** @default {} */
                        params?: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description Which dates are run again that have a run: none, those that failed, or all that ended.
                         * @default none
                         * @enum {string}
                         */
                        reprocess?: "none" | "failed" | "completed";
                        /** @description Last logical date. */
                        to: string;
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
                        "application/json": components["schemas"]["BackfillPlan"];
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BackfillPlan"];
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
    "/api/v1/dags/{dag}/backfills/{backfill}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backfill */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    backfill: number;
                    dag: string;
                };
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
                        "application/json": components["schemas"]["Backfill"];
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
    "/api/v1/dags/{dag}/backfills/{backfill}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a backfill for good */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    backfill: number;
                    dag: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Its runs that have started too.
                         * @default false
                         */
                        running?: boolean;
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
                            backfill: number;
                            /** @description Runs that had not started, and are cancelled. */
                            queued: number;
                            running: number;
                            runningCancelled: boolean;
                        };
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
    "/api/v1/dags/{dag}/backfills/{backfill}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts no more of its runs */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    backfill: number;
                    dag: string;
                };
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
                            backfill: number;
                            changed: boolean;
                            paused: boolean;
                        };
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
    "/api/v1/dags/{dag}/backfills/{backfill}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a paused backfill go on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    backfill: number;
                    dag: string;
                };
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
                            backfill: number;
                            changed: boolean;
                            paused: boolean;
                        };
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
    "/api/v1/dags/{dag}/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many runs there were on each day, by state */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    /** @description Default: the last year. */
                    to?: string;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                        "application/json": components["schemas"]["Calendar"];
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
    "/api/v1/dags/{dag}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels runs, or tasks in them */
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
                         * @description Everything downstream of the tasks too.
                         * @default false
                         */
                        downstream?: boolean;
                        /**
                         * @description Lists what would be touched, and changes nothing.
                         * @default false
                         */
                        dryRun?: boolean;
                        /** @description First logical date, in the zone of the DAG unless it names its own. */
                        from?: string;
                        /**
                         * @description Of mapped tasks, only this instance.
                         * @default null
                         */
                        mapIndex?: number | null;
                        /**
                         * @description Names of runs; or a range of logical dates.
                         * @default []
                         */
                        runs?: string[];
                        /**
                         * @description Ids of tasks or groups; none: all.
                         * @default []
                         */
                        tasks?: string[];
                        /** @description Last logical date, which is included. */
                        to?: string;
                        /**
                         * @description All runs that are queued or running, instead of some.
                         * @default false
                         */
                        unfinished?: boolean;
                        /**
                         * @description Everything upstream of the tasks too.
                         * @default false
                         */
                        upstream?: boolean;
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
                        "application/json": components["schemas"]["Performed"];
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
    "/api/v1/dags/{dag}/clear": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has task instances run again */
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
                         * @description Everything downstream of the tasks too.
                         * @default false
                         */
                        downstream?: boolean;
                        /**
                         * @description Lists what would be touched, and changes nothing.
                         * @default false
                         */
                        dryRun?: boolean;
                        /**
                         * @description Only what is failed, upstream_failed or cancelled.
                         * @default false
                         */
                        failed?: boolean;
                        /**
                         * @description Stops what is active, and runs it again.
                         * @default false
                         */
                        force?: boolean;
                        /** @description First logical date, in the zone of the DAG unless it names its own. */
                        from?: string;
                        /**
                         * @description Moves the runs to the newest version of the DAG first.
                         * @default false
                         */
                        latest?: boolean;
                        /**
                         * @description Of mapped tasks, only this instance.
                         * @default null
                         */
                        mapIndex?: number | null;
                        /**
                         * @description Names of runs; or a range of logical dates.
                         * @default []
                         */
                        runs?: string[];
                        /**
                         * @description Ids of tasks or groups; none: all.
                         * @default []
                         */
                        tasks?: string[];
                        /** @description Last logical date, which is included. */
                        to?: string;
                        /**
                         * @description Everything upstream of the tasks too.
                         * @default false
                         */
                        upstream?: boolean;
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
                        "application/json": components["schemas"]["Performed"];
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
    "/api/v1/dags/{dag}/durations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long the newest runs took, or one task in them */
        get: {
            parameters: {
                query?: {
                    runs?: number;
                    task?: string;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                        "application/json": components["schemas"]["Durations"];
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
    "/api/v1/dags/{dag}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks and edges, with the states of a run */
        get: {
            parameters: {
                query?: {
                    run?: string;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                        "application/json": components["schemas"]["Graph"];
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
    "/api/v1/dags/{dag}/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks by runs, a letter for each */
        get: {
            parameters: {
                query?: {
                    /** @description From `next` of an earlier answer. */
                    before?: string;
                    runs?: number;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                        "application/json": components["schemas"]["Grid"];
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
    "/api/v1/dags/{dag}/mark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has task instances count as if they had ended so */
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
                         * @description Everything downstream of the tasks too.
                         * @default false
                         */
                        downstream?: boolean;
                        /**
                         * @description Lists what would be touched, and changes nothing.
                         * @default false
                         */
                        dryRun?: boolean;
                        /**
                         * @description Stops what is active first.
                         * @default false
                         */
                        force?: boolean;
                        /** @description First logical date, in the zone of the DAG unless it names its own. */
                        from?: string;
                        /**
                         * @description Of mapped tasks, only this instance.
                         * @default null
                         */
                        mapIndex?: number | null;
                        /**
                         * @description Names of runs; or a range of logical dates.
                         * @default []
                         */
                        runs?: string[];
                        /** @enum {string} */
                        state: "success" | "failed";
                        /**
                         * @description Ids of tasks or groups; none: all.
                         * @default []
                         */
                        tasks?: string[];
                        /** @description Last logical date, which is included. */
                        to?: string;
                        /**
                         * @description Everything upstream of the tasks too.
                         * @default false
                         */
                        upstream?: boolean;
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
                        "application/json": components["schemas"]["Performed"];
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
    "/api/v1/dags/{dag}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs of a DAG, newest logical date first
         * @description With a type, a page may be short and have a next one.
         */
        get: {
            parameters: {
                query: {
                    cursor?: string;
                    /** @description Only logical dates from here on. */
                    from?: string;
                    limit?: number;
                    /** @description May be repeated. */
                    state: ("queued" | "running" | "success" | "failed" | "cancelled")[];
                    /** @description Only logical dates up to here. */
                    to?: string;
                    type?: "scheduled" | "manual" | "backfill" | "asset";
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                            items: components["schemas"]["RunItem"][];
                            next: string | null;
                        };
                    };
                };
            };
        };
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
    "/api/v1/dags/{dag}/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dag: string;
                    run: string;
                };
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
                        "application/json": components["schemas"]["Run"];
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
    "/api/v1/dags/{dag}/runs/{run}/gantt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Task instances of a run as bars over time */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    dag: string;
                    run: string;
                };
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
                            items: components["schemas"]["GanttBar"][];
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
    "/api/v1/dags/{dag}/runs/{run}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Task instances of a run, by name */
        get: {
            parameters: {
                query: {
                    cursor?: string;
                    limit?: number;
                    /** @description May be repeated. */
                    state: ("none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule")[];
                    task?: string;
                };
                header?: never;
                path: {
                    dag: string;
                    run: string;
                };
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
                            items: components["schemas"]["TaskItem"][];
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
    "/api/v1/dags/{dag}/runs/{run}/tasks/{task}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A task instance with its attempts */
        get: {
            parameters: {
                query?: {
                    /** @description Which instance of a mapped task. */
                    mapIndex?: number;
                };
                header?: never;
                path: {
                    dag: string;
                    run: string;
                    task: string;
                };
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
                        "application/json": components["schemas"]["Task"];
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
    "/api/v1/dags/{dag}/runs/{run}/tasks/{task}/attempts/{fence}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log of an attempt
         * @description In parts as JSON; with `Accept: text/plain` all of it as text; with `Accept: text/event-stream` from `from` (or Last-Event-ID) on, and then live until the attempt ends, which an event `end` tells.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Instead of an Accept header: text is the whole log for download, events is server-sent. */
                    as?: "json" | "text" | "events";
                    /** @description A place in the log, from `next` of another answer; -65536: the last 64 KiB. */
                    from?: number;
                    /** @description Bytes at most. */
                    limit?: number;
                    /** @description Which instance of a mapped task. */
                    mapIndex?: number;
                };
                header?: never;
                path: {
                    dag: string;
                    fence: number;
                    run: string;
                    task: string;
                };
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
                        "application/json": components["schemas"]["LogPart"];
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
    "/api/v1/dags/{dag}/runs/{run}/tasks/{task}/rendered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is run, with templates filled in */
        get: {
            parameters: {
                query?: {
                    /** @description Which instance of a mapped task. */
                    mapIndex?: number;
                };
                header?: never;
                path: {
                    dag: string;
                    run: string;
                    task: string;
                };
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
                        "application/json": components["schemas"]["Rendered"];
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
    "/api/v1/dags/{dag}/runs/{run}/tasks/{task}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result of a task instance */
        get: {
            parameters: {
                query?: {
                    /** @description Which instance of a mapped task. */
                    mapIndex?: number;
                };
                header?: never;
                path: {
                    dag: string;
                    run: string;
                    task: string;
                };
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
                            result: unknown;
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
    "/api/v1/dags/{dag}/runs/{run}/tasks/{task}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a task instance is in its state, and what it waits for */
        get: {
            parameters: {
                query?: {
                    /** @description Which instance of a mapped task. */
                    mapIndex?: number;
                };
                header?: never;
                path: {
                    dag: string;
                    run: string;
                    task: string;
                };
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
                        "application/json": components["schemas"]["Why"];
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
    "/api/v1/dags/{dag}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The next runs by its timetable */
        get: {
            parameters: {
                query?: {
                    count?: number;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                            /** @description When it was asked for, by the clock that decides. */
                            at: string;
                            items: components["schemas"]["DueRun"][];
                            timezone: string;
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
    "/api/v1/dags/{dag}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of a DAG, newest first */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    dag: string;
                };
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
                            items: components["schemas"]["DagVersionItem"][];
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
    "/api/v1/dags/{dag}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version of a DAG in its canonical form */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dag: string;
                    number: number;
                };
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
                        "application/json": components["schemas"]["DagVersion"];
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
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that were posted, newest first */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    name?: string;
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
                            items: components["schemas"]["ExternalEvent"][];
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
    "/api/v1/events/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Posts an event for tasks that wait for it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Only for one run: its DAG. Null: for every run that waits.
                         * @default null
                         */
                        dag?: string | null;
                        /**
                         * @description Becomes the result of the tasks that wait for it.
                         * @default null
                         */
                        payload?: unknown;
                        /**
                         * @description Fails the tasks that wait for it.
                         * @default false
                         */
                        reject?: boolean;
                        /**
                         * @description Only for this run of the DAG.
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
                        "application/json": {
                            dag: string | null;
                            event: string;
                            rejected: boolean;
                            run: string | null;
                            /** @description Tasks that wait for it now; what begins to wait later does not see it. */
                            waiting: number;
                        };
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
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Database, broker, schedulers, workers and log store */
        get: {
            parameters: {
                query?: never;
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
                        "application/json": components["schemas"]["Health"];
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
    "/api/v1/import-errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is wrong in DAG files, by file
         * @description A page has the errors of `limit` files. What no DAG could be made of is seen by those who may read all namespaces.
         */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
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
                            items: components["schemas"]["ImportError"][];
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
    "/api/v1/pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pools */
        get: {
            parameters: {
                query?: never;
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
                            items: components["schemas"]["Pool"][];
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
    "/api/v1/pools/{pool}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pool, with what holds its slots and what waits for them */
        get: {
            parameters: {
                query?: {
                    /** @description How many of those that wait are told. */
                    waiting?: number;
                };
                header?: never;
                path: {
                    pool: string;
                };
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
                        "application/json": components["schemas"]["PoolDetails"];
                    };
                };
            };
        };
        /** Makes a pool or changes it */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    pool: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Null leaves the one there is.
                         * @default null
                         */
                        description?: string | null;
                        /** @description 0 lets nothing of it start. */
                        slots: number;
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
                            /** @description Slots that it had; null: it is new. */
                            before: number | null;
                            description: string | null;
                            pool: string;
                            slots: number;
                        };
                    };
                };
            };
        };
        post?: never;
        /** Deletes a pool */
        delete: {
            parameters: {
                query?: {
                    /** @description Although DAGs use it: their tasks wait until there is such a pool again. */
                    force?: string;
                };
                header?: never;
                path: {
                    pool: string;
                };
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
                            /** @enum {boolean} */
                            deleted: true;
                            pool: string;
                            usedBy: string[];
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Queues by name, with the last hour of each */
        get: {
            parameters: {
                query?: never;
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
                            readonly items: components["schemas"]["Queue"][];
                            next: null;
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
    "/api/v1/queues/{queue}": {
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
        /** Pauses, resumes or limits a queue */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    queue: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Task instances of it that may be active at once: 0 lets nothing of it start; null: any number. */
                        limit?: number | null;
                        /** @description Whether workers take nothing from it. */
                        paused?: boolean;
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
                            /** @description False while Redis is away: schedulers tell the workers when it is back. */
                            told: boolean;
                        };
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Wanted versions, and how each node stands to them */
        get: {
            parameters: {
                query?: never;
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
                        "application/json": components["schemas"]["Rollout"];
                    };
                };
            };
        };
        /** Wants a version; its packages lie in releaseStore */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Nodes that may be updated at once; null: as before, or 1.
                         * @default null
                         */
                        maxUnavailable?: number | null;
                        /**
                         * @description Of workers; null: every pool that has no version of its own.
                         * @default null
                         */
                        pool?: string | null;
                        /**
                         * @description Null: all.
                         * @default null
                         */
                        role?: ("web" | "scheduler" | "worker") | null;
                        version: string;
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
                        "application/json": components["schemas"]["Rollout"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/releases/halt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has no further node begin */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        why: string;
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
                        "application/json": components["schemas"]["Rollout"];
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
    "/api/v1/releases/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on, also on nodes that have failed */
        post: {
            parameters: {
                query?: never;
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
                        "application/json": components["schemas"]["Rollout"];
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
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs of all DAGs, the ones made last first
         * @description With filters, a page may be short and have a next one.
         */
        get: {
            parameters: {
                query: {
                    cursor?: string;
                    /** @description Only of this DAG. */
                    dag?: string;
                    /** @description Only what was due since then. */
                    due?: string;
                    /** @description Only logical dates from here on. */
                    from?: string;
                    limit?: number;
                    /** @description May be repeated. */
                    state: ("queued" | "running" | "success" | "failed" | "cancelled")[];
                    /** @description Only logical dates up to here. */
                    to?: string;
                    type?: "scheduled" | "manual" | "backfill" | "asset";
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
                            items: components["schemas"]["RunItem"][];
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
    "/api/v1/spread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How evenly task starts are spread over the next day */
        get: {
            parameters: {
                query?: {
                    /** @description Only DAGs whose id matches, with * as a wildcard. */
                    dags?: string;
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
                        "application/json": components["schemas"]["Spread"];
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
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Task instances of all DAGs that have waited for a slot
         * @description Filters by DAG and worker look at 2,000 instances for each page: a page may be short, or empty, while `next` leads on.
         */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    dag?: string;
                    limit?: number;
                    queue?: string;
                    /** @description By the time at which it could run. */
                    sort?: "newest" | "oldest";
                    /** @description States, with commas between. */
                    state?: string;
                    /** @description Name or id of the worker of its newest attempt. */
                    worker?: string;
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
                            items: components["schemas"]["QueuedTask"][];
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
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tokens, without their secrets */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    /** @description Of another user, for admins; `*`: of all. */
                    user?: string;
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
                            items: components["schemas"]["TokenItem"][];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Makes a token; its text is told this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Milliseconds; null: for ever.
                         * @default 7776000000
                         */
                        lifetime?: number | null;
                        /**
                         * @description What it is narrowed to; by default it may what its user may.
                         * @default [
                         *       {
                         *         "role": "admin",
                         *         "namespace": "*"
                         *       }
                         *     ]
                         */
                        limits?: components["schemas"]["GrantBodyInput"][];
                        name: string;
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
                        "application/json": components["schemas"]["NewToken"];
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
    "/api/v1/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a token */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users by name */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
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
                            items: components["schemas"]["UserItem"][];
                            next: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Makes a user */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default [] */
                        grants?: components["schemas"]["GrantBodyInput"][];
                        /**
                         * @description Null: signs in by a one-time code.
                         * @default null
                         */
                        password?: string | null;
                        user: string;
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
                        "application/json": components["schemas"]["UserItem"];
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
    "/api/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A user */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user: string;
                };
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
                        "application/json": components["schemas"]["UserItem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Deletes a user with their sessions and tokens */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}/grants/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a user a role in a namespace, `*` for all */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace: string;
                    user: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        role: "viewer" | "operator" | "author" | "admin";
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
                        "application/json": components["schemas"]["UserItem"];
                    };
                };
            };
        };
        post?: never;
        /** Takes the role of a user in a namespace */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace: string;
                    user: string;
                };
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
                        "application/json": components["schemas"]["UserItem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}/login-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a code that signs a user in once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoginCode"];
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
    "/api/v1/users/{user}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the password of a user and ends their sessions */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workers by name */
        get: {
            parameters: {
                query?: {
                    /** @description Those that are gone too. */
                    gone?: string;
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
                            readonly items: components["schemas"]["Worker"][];
                            next: null;
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
    "/api/v1/workers/{worker}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A worker with what it is busy with */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its id, the beginning of its id, or its name. */
                    worker: string;
                };
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
                        "application/json": components["schemas"]["WorkerDetails"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Sets how many tasks a worker runs at once and which queues it serves
         * @description It holds until it is taken back, over restarts of the worker too. Tasks that run go on.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its id, the beginning of its id, or its name. */
                    worker: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Queues to serve besides those of now. */
                        add?: string[];
                        /** @description Tasks that run at once; null: as its settings say. */
                        concurrency?: number | null;
                        /** @description Null: those of its settings. */
                        queues?: string[] | null;
                        /** @description Queues to serve no more. */
                        remove?: string[];
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
                        "application/json": components["schemas"]["WantedWorker"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/workers/{worker}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a worker end when its tasks have ended */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its id, the beginning of its id, or its name. */
                    worker: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Longest time that its tasks have; null: as long as they take. */
                        deadlineMs?: number | null;
                        /** @description Whether what still runs then is stopped and run elsewhere; else it runs on for the next process. */
                        stopTasks?: boolean;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WantedWorker"];
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
    "/api/v1/workers/{worker}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a worker take nothing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its id, the beginning of its id, or its name. */
                    worker: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Null: all of its queues. */
                        queue?: string | null;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WantedWorker"];
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
    "/api/v1/workers/{worker}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a worker take work again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its id, the beginning of its id, or its name. */
                    worker: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Null: all of its queues. */
                        queue?: string | null;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WantedWorker"];
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
    "/api/v1/workers/{worker}/shutdown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a worker end now; its tasks run on for its next process */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its id, the beginning of its id, or its name. */
                    worker: string;
                };
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
                        "application/json": components["schemas"]["WantedWorker"];
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
        Asset: {
            asset: string;
            /** @description Tasks that update it, as dag/task. */
            readonly producers: string[];
            /** @description DAGs that it starts. */
            readonly subscribers: string[];
            updatedAt: string | null;
            updatedBy: string | null;
        };
        AssetInput: {
            asset: string;
            /** @description Tasks that update it, as dag/task. */
            readonly producers: string[];
            /** @description DAGs that it starts. */
            readonly subscribers: string[];
            updatedAt: string | null;
            updatedBy: string | null;
        };
        Attempt: {
            /** @description Id of the attempt: also of its job, container and log. */
            attempt: string;
            container: string | null;
            detail: string | null;
            exitCode: number | null;
            fence: number;
            finishedAt: string | null;
            image: string | null;
            imageDigest: string | null;
            log: {
                bytes: number;
                lines: number;
                truncated: boolean;
            } | null;
            pull: {
                bytes: number;
                ms: number;
            } | null;
            queuedAt: string | null;
            reason: string | null;
            resources: components["schemas"]["Resources"] | null;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
            try: number;
            worker: string | null;
        };
        AttemptInput: {
            /** @description Id of the attempt: also of its job, container and log. */
            attempt: string;
            container: string | null;
            detail: string | null;
            exitCode: number | null;
            fence: number;
            finishedAt: string | null;
            image: string | null;
            imageDigest: string | null;
            log: {
                bytes: number;
                lines: number;
                truncated: boolean;
            } | null;
            pull: {
                bytes: number;
                ms: number;
            } | null;
            queuedAt: string | null;
            reason: string | null;
            resources: components["schemas"]["ResourcesInput"] | null;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
            try: number;
            worker: string | null;
        };
        AuditItem: {
            action: string;
            address: string;
            at: string;
            /** @description SHA-256 of the body, which may hold secrets. */
            bodyDigest: string | null;
            /** @description Of the problem that it was refused with. */
            code: string | null;
            dag: string | null;
            id: number;
            principal: string;
            /** @description Of the answer; 0: by command. */
            status: number;
            target: {
                [key: string]: unknown;
            };
        };
        AuditItemInput: {
            action: string;
            address: string;
            at: string;
            /** @description SHA-256 of the body, which may hold secrets. */
            bodyDigest: string | null;
            /** @description Of the problem that it was refused with. */
            code: string | null;
            dag: string | null;
            id: number;
            principal: string;
            /** @description Of the answer; 0: by command. */
            status: number;
            target: {
                [key: string]: unknown;
            };
        };
        Backfill: {
            backfill: number;
            backwards: boolean;
            createdAt: string | null;
            createdBy: string | null;
            dag: string;
            dagPaused: boolean;
            from: string | null;
            leftMs: number | null;
            maxActiveRuns: number;
            params: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            reprocess: "none" | "failed" | "completed";
            runs: components["schemas"]["RunCounts"];
            skipped: number;
            /** @enum {string} */
            state: "active" | "paused" | "cancelled" | "completed";
            to: string | null;
            total: number;
        };
        BackfillInput: {
            backfill: number;
            backwards: boolean;
            createdAt: string | null;
            createdBy: string | null;
            dag: string;
            dagPaused: boolean;
            from: string | null;
            leftMs: number | null;
            maxActiveRuns: number;
            params: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            reprocess: "none" | "failed" | "completed";
            runs: components["schemas"]["RunCountsInput"];
            skipped: number;
            /** @enum {string} */
            state: "active" | "paused" | "cancelled" | "completed";
            to: string | null;
            total: number;
        };
        BackfillPlan: {
            /** @description Null in a dry run, and when every date is left alone. */
            backfill: number | null;
            counts: {
                create: number;
                leave: number;
                reprocess: number;
            };
            dag: string;
            readonly dates: {
                /** @enum {string} */
                action: "create" | "reprocess" | "leave";
                dataIntervalEnd: string | null;
                dataIntervalStart: string | null;
                logicalDate: string | null;
                run: string;
                state: ("queued" | "running" | "success" | "failed" | "cancelled") | null;
            }[];
            dryRun: boolean;
            maxActiveRuns: number;
            /** @description Its runs wait until the DAG is not paused any more. */
            paused: boolean;
        };
        BackfillPlanInput: {
            /** @description Null in a dry run, and when every date is left alone. */
            backfill: number | null;
            counts: {
                create: number;
                leave: number;
                reprocess: number;
            };
            dag: string;
            readonly dates: {
                /** @enum {string} */
                action: "create" | "reprocess" | "leave";
                dataIntervalEnd: string | null;
                dataIntervalStart: string | null;
                logicalDate: string | null;
                run: string;
                state: ("queued" | "running" | "success" | "failed" | "cancelled") | null;
            }[];
            dryRun: boolean;
            maxActiveRuns: number;
            /** @description Its runs wait until the DAG is not paused any more. */
            paused: boolean;
        };
        Bundle: {
            activatedAt: string | null;
            /** @description Null: it never was in force. */
            activatedBy: string | null;
            active: boolean;
            /** @description SHA-256 of all paths and contents. */
            bundle: string;
            bytes: number;
            /** @description ISO 8601, UTC */
            createdAt: string;
            createdBy: string;
            dags: number;
            files: number;
        };
        BundleInput: {
            activatedAt: string | null;
            /** @description Null: it never was in force. */
            activatedBy: string | null;
            active: boolean;
            /** @description SHA-256 of all paths and contents. */
            bundle: string;
            bytes: number;
            /** @description ISO 8601, UTC */
            createdAt: string;
            createdBy: string;
            dags: number;
            files: number;
        };
        Calendar: {
            /** @description Days without runs are left out. */
            readonly days: {
                counts: {
                    [key: string]: number;
                };
                day: string;
            }[];
            timezone: string;
        };
        CalendarInput: {
            /** @description Days without runs are left out. */
            readonly days: {
                counts: {
                    [key: string]: number;
                };
                day: string;
            }[];
            timezone: string;
        };
        Dag: {
            /** @description Whether its file still defines it. */
            active: boolean;
            catchup: boolean;
            dag: string;
            deadline: string | null;
            description: string | null;
            end: string | null;
            file: string;
            hash: string;
            maxActiveRuns: number;
            maxActiveTasks: number;
            nextRun: string | null;
            owner: string | null;
            /** @description As its author declared them: type, default, description, enum, minimum, maximum, pattern. One without a default is required. */
            params: {
                [key: string]: {
                    type: string;
                } & {
                    [key: string]: unknown;
                };
            };
            paused: boolean;
            /** @description What is wrong in its file now, while this version stays in force. */
            readonly problems: string[];
            schedule: string | null;
            start: string | null;
            readonly tags: string[];
            tasks: number;
            timeoutMs: number | null;
            timezone: string;
            version: number;
            /** @description How many there are. */
            versions: number;
        };
        DagInput: {
            /** @description Whether its file still defines it. */
            active: boolean;
            catchup: boolean;
            dag: string;
            deadline: string | null;
            description: string | null;
            end: string | null;
            file: string;
            hash: string;
            maxActiveRuns: number;
            maxActiveTasks: number;
            nextRun: string | null;
            owner: string | null;
            /** @description As its author declared them: type, default, description, enum, minimum, maximum, pattern. One without a default is required. */
            params: {
                [key: string]: {
                    type: string;
                } & {
                    [key: string]: unknown;
                };
            };
            paused: boolean;
            /** @description What is wrong in its file now, while this version stays in force. */
            readonly problems: string[];
            schedule: string | null;
            start: string | null;
            readonly tags: string[];
            tasks: number;
            timeoutMs: number | null;
            timezone: string;
            version: number;
            /** @description How many there are. */
            versions: number;
        };
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
        DagVersion: {
            hash: string;
            number: number;
            /** @description The canonical form: defaults merged, durations in milliseconds. */
            spec: {
                [key: string]: unknown;
            };
        };
        DagVersionInput: {
            hash: string;
            number: number;
            /** @description The canonical form: defaults merged, durations in milliseconds. */
            spec: {
                [key: string]: unknown;
            };
        };
        DagVersionItem: {
            createdAt: string | null;
            current: boolean;
            hash: string;
            number: number;
        };
        DagVersionItemInput: {
            createdAt: string | null;
            current: boolean;
            hash: string;
            number: number;
        };
        Deployed: {
            /** @description What was in force before. */
            before: string | null;
            /** @description Null: the DAG folders of the schedulers. */
            bundle: string | null;
            /** @enum {string} */
            outcome: "planned" | "activated" | "unchanged";
            /** @description Null where only schedulers can see what will be there: in their folders. */
            plan: {
                readonly added: {
                    dag: string;
                    file: string;
                }[];
                readonly changed: {
                    dag: string;
                    file: string;
                }[];
                readonly removed: {
                    dag: string;
                    file: string;
                }[];
                unchanged: number;
            } | null;
        };
        DeployedInput: {
            /** @description What was in force before. */
            before: string | null;
            /** @description Null: the DAG folders of the schedulers. */
            bundle: string | null;
            /** @enum {string} */
            outcome: "planned" | "activated" | "unchanged";
            /** @description Null where only schedulers can see what will be there: in their folders. */
            plan: {
                readonly added: {
                    dag: string;
                    file: string;
                }[];
                readonly changed: {
                    dag: string;
                    file: string;
                }[];
                readonly removed: {
                    dag: string;
                    file: string;
                }[];
                unchanged: number;
            } | null;
        };
        DueRun: {
            dataIntervalEnd: string | null;
            dataIntervalStart: string | null;
            dueAt: string | null;
            dueAtInZone: string;
            logicalDate: string | null;
        };
        DueRunInput: {
            dataIntervalEnd: string | null;
            dataIntervalStart: string | null;
            dueAt: string | null;
            dueAtInZone: string;
            logicalDate: string | null;
        };
        Durations: {
            /** @description Oldest first. */
            readonly items: {
                durationMs: number | null;
                logicalDate: string | null;
                run: string;
                state: string;
                /** @description Of a run: from due to started. */
                waitedMs: number | null;
            }[];
        };
        DurationsInput: {
            /** @description Oldest first. */
            readonly items: {
                durationMs: number | null;
                logicalDate: string | null;
                run: string;
                state: string;
                /** @description Of a run: from due to started. */
                waitedMs: number | null;
            }[];
        };
        ExternalEvent: {
            dag: string | null;
            event: string;
            payload: unknown;
            postedAt: string | null;
            postedBy: string | null;
            rejected: boolean;
            run: string | null;
        };
        ExternalEventInput: {
            dag: string | null;
            event: string;
            payload: unknown;
            postedAt: string | null;
            postedBy: string | null;
            rejected: boolean;
            run: string | null;
        };
        GanttBar: {
            readonly attempts: {
                claimedAt: string | null;
                endedAt: string | null;
                fence: number;
                queuedAt: string | null;
                reason: string | null;
                startedAt: string | null;
                /** @enum {string} */
                state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
            }[];
            mapIndex: number;
            scheduledAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
        };
        GanttBarInput: {
            readonly attempts: {
                claimedAt: string | null;
                endedAt: string | null;
                fence: number;
                queuedAt: string | null;
                reason: string | null;
                startedAt: string | null;
                /** @enum {string} */
                state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
            }[];
            mapIndex: number;
            scheduledAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
        };
        Grant: {
            /** @description `*` is everywhere. */
            namespace: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "author" | "admin";
        };
        GrantBody: {
            /** @default * */
            namespace: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "author" | "admin";
        };
        GrantBodyInput: {
            /** @default * */
            namespace?: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "author" | "admin";
        };
        GrantInput: {
            /** @description `*` is everywhere. */
            namespace: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "author" | "admin";
        };
        Graph: {
            dag: string;
            /** @description From, to. */
            readonly edges: [
                string,
                string
            ][];
            /** @description Outer groups before inner ones. */
            readonly groups: {
                id: string;
                label: string;
                parent: string | null;
            }[];
            readonly nodes: {
                branch: boolean;
                counts: components["schemas"]["StateCounts"] | null;
                group: string | null;
                id: string;
                kind: string;
                label: string;
                mapped: boolean;
                /** @description In the run that was asked for; of mapped tasks the worst. */
                state: ("none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule") | null;
                triggerRule: string;
            }[];
            version: number;
        };
        GraphInput: {
            dag: string;
            /** @description From, to. */
            readonly edges: [
                string,
                string
            ][];
            /** @description Outer groups before inner ones. */
            readonly groups: {
                id: string;
                label: string;
                parent: string | null;
            }[];
            readonly nodes: {
                branch: boolean;
                counts: components["schemas"]["StateCountsInput"] | null;
                group: string | null;
                id: string;
                kind: string;
                label: string;
                mapped: boolean;
                /** @description In the run that was asked for; of mapped tasks the worst. */
                state: ("none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule") | null;
                triggerRule: string;
            }[];
            version: number;
        };
        Grid: {
            dag: string;
            /** @description For `before`: earlier runs. */
            next: string | null;
            /** @description Newest first. */
            readonly runs: components["schemas"]["GridRun"][];
            /** @description Groups before their members. */
            readonly tasks: components["schemas"]["GridRow"][];
        };
        GridInput: {
            dag: string;
            /** @description For `before`: earlier runs. */
            next: string | null;
            /** @description Newest first. */
            readonly runs: components["schemas"]["GridRunInput"][];
            /** @description Groups before their members. */
            readonly tasks: components["schemas"]["GridRowInput"][];
        };
        GridRow: {
            /** @description Only earlier versions of the DAG have it. */
            gone: boolean;
            id: string;
            /** @description The kind of the task, or `group`. */
            kind: string;
            /** @description The id without that of its group. */
            label: string;
            mapped: boolean;
            /** @description Place of its group in the list; -1: none. */
            parent: number;
        };
        GridRowInput: {
            /** @description Only earlier versions of the DAG have it. */
            gone: boolean;
            id: string;
            /** @description The kind of the task, or `group`. */
            kind: string;
            /** @description The id without that of its group. */
            label: string;
            mapped: boolean;
            /** @description Place of its group in the list; -1: none. */
            parent: number;
        };
        GridRun: {
            /** @description One letter for each of the tasks: n none, d scheduled, q queued, b starting, r running, s success, f failed, k skipped, u upstream_failed, c cancelled, t up_for_retry, w up_for_reschedule; . when the run does not have it. Of groups and mapped tasks, the worst state. */
            cells: string;
            /** @description Of mapped tasks and groups, by their place in the list. */
            counts: {
                [key: string]: components["schemas"]["StateCounts"];
            };
            endedAt: string | null;
            logicalDate: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
            /** @enum {string} */
            type: "scheduled" | "manual" | "backfill" | "asset";
            version: number;
        };
        GridRunInput: {
            /** @description One letter for each of the tasks: n none, d scheduled, q queued, b starting, r running, s success, f failed, k skipped, u upstream_failed, c cancelled, t up_for_retry, w up_for_reschedule; . when the run does not have it. Of groups and mapped tasks, the worst state. */
            cells: string;
            /** @description Of mapped tasks and groups, by their place in the list. */
            counts: {
                [key: string]: components["schemas"]["StateCountsInput"];
            };
            endedAt: string | null;
            logicalDate: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
            /** @enum {string} */
            type: "scheduled" | "manual" | "backfill" | "asset";
            version: number;
        };
        Health: {
            /** @description ISO 8601, UTC */
            at: string;
            broker: {
                answeredInMs: number | null;
                clients: number | null;
                commandsPerSecond: number | null;
                /** @description A new one begins when Redis has forgotten. */
                readonly epochs: {
                    counter: number;
                    queue: string;
                    recoveringUntil: string | null;
                    since: string | null;
                }[];
                error: string | null;
                /** @description Null: no limit. */
                maxMemory: number | null;
                name: string;
                ok: boolean;
                policy: string | null;
                upSince: string | null;
                usedMemory: number | null;
                version: string | null;
            };
            database: {
                answeredInMs: number | null;
                error: string | null;
                /** @description Its address without a password. */
                name: string;
                ok: boolean;
                /** @description Connections of this process. */
                pool: {
                    free: number;
                    max: number;
                    used: number;
                    waiting: number;
                };
                version: string | null;
            };
            logStore: {
                answeredInMs: number | null;
                error: string | null;
                name: string;
                ok: boolean;
            };
            /** @description Whether everything that work needs is there. */
            ok: boolean;
            /** @description Versions whose roll-out was stopped, by a node that could not be updated or by somebody. */
            rollout: {
                readonly halted: {
                    version: string;
                    why: string | null;
                }[];
            };
            readonly schedulers: {
                host: string;
                id: string;
                /** @description ISO 8601, UTC */
                lastSeen: string;
                notReady: string | null;
                pid: number;
                /** @description ISO 8601, UTC */
                startedAt: string;
                /** @enum {string} */
                status: "online" | "unreachable" | "gone";
                version: string;
            }[];
            workers: {
                active: number;
                gone: number;
                online: number;
                slots: number;
                unreachable: number;
            };
        };
        HealthInput: {
            /** @description ISO 8601, UTC */
            at: string;
            broker: {
                answeredInMs: number | null;
                clients: number | null;
                commandsPerSecond: number | null;
                /** @description A new one begins when Redis has forgotten. */
                readonly epochs: {
                    counter: number;
                    queue: string;
                    recoveringUntil: string | null;
                    since: string | null;
                }[];
                error: string | null;
                /** @description Null: no limit. */
                maxMemory: number | null;
                name: string;
                ok: boolean;
                policy: string | null;
                upSince: string | null;
                usedMemory: number | null;
                version: string | null;
            };
            database: {
                answeredInMs: number | null;
                error: string | null;
                /** @description Its address without a password. */
                name: string;
                ok: boolean;
                /** @description Connections of this process. */
                pool: {
                    free: number;
                    max: number;
                    used: number;
                    waiting: number;
                };
                version: string | null;
            };
            logStore: {
                answeredInMs: number | null;
                error: string | null;
                name: string;
                ok: boolean;
            };
            /** @description Whether everything that work needs is there. */
            ok: boolean;
            /** @description Versions whose roll-out was stopped, by a node that could not be updated or by somebody. */
            rollout: {
                readonly halted: {
                    version: string;
                    why: string | null;
                }[];
            };
            readonly schedulers: {
                host: string;
                id: string;
                /** @description ISO 8601, UTC */
                lastSeen: string;
                notReady: string | null;
                pid: number;
                /** @description ISO 8601, UTC */
                startedAt: string;
                /** @enum {string} */
                status: "online" | "unreachable" | "gone";
                version: string;
            }[];
            workers: {
                active: number;
                gone: number;
                online: number;
                slots: number;
                unreachable: number;
            };
        };
        ImportError: {
            column: number | null;
            dag: string | null;
            file: string;
            line: number | null;
            message: string;
            task: string | null;
        };
        ImportErrorInput: {
            column: number | null;
            dag: string | null;
            file: string;
            line: number | null;
            message: string;
            task: string | null;
        };
        /** @description Signs its user in once. */
        LoginCode: {
            code: string;
            expiresAt: string;
            url: string;
        };
        /** @description Signs its user in once. */
        LoginCodeInput: {
            code: string;
            expiresAt: string;
            url: string;
        };
        /** @description The ways to sign in. */
        LoginProviders: {
            oidc?: {
                label: string;
                start: string;
            };
            password: boolean;
        };
        /** @description The ways to sign in. */
        LoginProvidersInput: {
            oidc?: {
                label: string;
                start: string;
            };
            password: boolean;
        };
        LogPart: {
            readonly frames: {
                /** @description False for a part that the next frame of the same stream continues. */
                complete: boolean;
                /** @enum {string} */
                stream: "stdout" | "stderr";
                text: string;
                time: string;
            }[];
            /** @description Where the first of these lines begins. */
            from: number;
            /** @description Where the line after the last of them begins: for `from`. */
            next: number;
            /** @description Whether the attempt has ended: when `next` is `size` too, this was everything. */
            over: boolean;
            /** @description Bytes that the log has now. */
            size: number;
        };
        LogPartInput: {
            readonly frames: {
                /** @description False for a part that the next frame of the same stream continues. */
                complete: boolean;
                /** @enum {string} */
                stream: "stdout" | "stderr";
                text: string;
                time: string;
            }[];
            /** @description Where the first of these lines begins. */
            from: number;
            /** @description Where the line after the last of them begins: for `from`. */
            next: number;
            /** @description Whether the attempt has ended: when `next` is `size` too, this was everything. */
            over: boolean;
            /** @description Bytes that the log has now. */
            size: number;
        };
        Me: {
            grants: components["schemas"]["Grant"][];
            /** @enum {string} */
            kind: "user" | "token";
            name: string;
            /** @description Whether there is a password, which can be changed. */
            password: boolean;
        };
        MeInput: {
            grants: components["schemas"]["GrantInput"][];
            /** @enum {string} */
            kind: "user" | "token";
            name: string;
            /** @description Whether there is a password, which can be changed. */
            password: boolean;
        };
        NewToken: {
            createdAt: string;
            expiresAt: string | null;
            /** @description To the minute. */
            lastUsedAt: string | null;
            /** @description What it is narrowed to; it is never worth more than its user. */
            limits: components["schemas"]["Grant"][];
            name: string;
            /** @description The token itself, told this once. */
            secret: string;
            /** @description Its public part. */
            token: string;
            user: string;
        };
        NewTokenInput: {
            createdAt: string;
            expiresAt: string | null;
            /** @description To the minute. */
            lastUsedAt: string | null;
            /** @description What it is narrowed to; it is never worth more than its user. */
            limits: components["schemas"]["GrantInput"][];
            name: string;
            /** @description The token itself, told this once. */
            secret: string;
            /** @description Its public part. */
            token: string;
            user: string;
        };
        Performed: {
            dag: string;
            /** @description Whether nothing was changed. */
            dryRun: boolean;
            readonly runs: string[];
            readonly tasks: {
                /** @description False when it waits for its attempt to stop. */
                atOnce: boolean;
                effect: string;
                mapIndex: number;
                run: string;
                /**
                 * @description Before.
                 * @enum {string}
                 */
                state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
                task: string;
            }[];
        };
        PerformedInput: {
            dag: string;
            /** @description Whether nothing was changed. */
            dryRun: boolean;
            readonly runs: string[];
            readonly tasks: {
                /** @description False when it waits for its attempt to stop. */
                atOnce: boolean;
                effect: string;
                mapIndex: number;
                run: string;
                /**
                 * @description Before.
                 * @enum {string}
                 */
                state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
                task: string;
            }[];
        };
        Pool: {
            description: string | null;
            holders: number;
            pool: string;
            slots: number;
            used: number;
            waiting: number;
            waitingSlots: number;
        };
        PoolDetails: {
            description: string | null;
            /** @description Of the DAGs that you may read; those that took slots first come first. */
            readonly held: components["schemas"]["PoolMember"][];
            holders: number;
            /** @description Of the DAGs that you may read, in the order in which they are looked at. */
            readonly next: components["schemas"]["PoolMember"][];
            pool: string;
            slots: number;
            used: number;
            waiting: number;
            waitingSlots: number;
        };
        PoolDetailsInput: {
            description: string | null;
            /** @description Of the DAGs that you may read; those that took slots first come first. */
            readonly held: components["schemas"]["PoolMemberInput"][];
            holders: number;
            /** @description Of the DAGs that you may read, in the order in which they are looked at. */
            readonly next: components["schemas"]["PoolMemberInput"][];
            pool: string;
            slots: number;
            used: number;
            waiting: number;
            waitingSlots: number;
        };
        PoolInput: {
            description: string | null;
            holders: number;
            pool: string;
            slots: number;
            used: number;
            waiting: number;
            waitingSlots: number;
        };
        PoolMember: {
            dag: string;
            mapIndex: number;
            run: string;
            since: string | null;
            slots: number;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
        };
        PoolMemberInput: {
            dag: string;
            mapIndex: number;
            run: string;
            since: string | null;
            slots: number;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
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
        Queue: {
            /** @description Those that have one: on their way to a worker, or on it. */
            active: number;
            /** @description Over the last minute that was measured; null: none was. */
            inPerMinute: number | null;
            limit: number | null;
            /** @description Since when the one could run that no worker has taken for the longest time. */
            oldestQueuedAt: string | null;
            /** @description Since when the one waits that waits longest. */
            oldestWaitingAt: string | null;
            outPerMinute: number | null;
            paused: boolean;
            pausedAt: string | null;
            pausedBy: string | null;
            queue: string;
            /** @description Those of them that no worker has taken yet. */
            queued: number;
            /** @description Of each minute of the last hour, oldest first. */
            readonly samples: components["schemas"]["QueueSample"][];
            /** @description Task instances that could run and wait for a slot. */
            waiting: number;
        };
        QueuedTask: {
            dag: string;
            durationMs: number | null;
            endedAt: string | null;
            exitCode: number | null;
            /** @description Of its newest attempt; 0 before the first. */
            fence: number;
            mapIndex: number;
            queue: string;
            reason: string | null;
            run: string;
            /** @description Since when it could run: the order of the list. */
            runnableAt: string | null;
            startedAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
            try: number;
            worker: string | null;
            workerId: string | null;
        };
        QueuedTaskInput: {
            dag: string;
            durationMs: number | null;
            endedAt: string | null;
            exitCode: number | null;
            /** @description Of its newest attempt; 0 before the first. */
            fence: number;
            mapIndex: number;
            queue: string;
            reason: string | null;
            run: string;
            /** @description Since when it could run: the order of the list. */
            runnableAt: string | null;
            startedAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
            try: number;
            worker: string | null;
            workerId: string | null;
        };
        QueueInput: {
            /** @description Those that have one: on their way to a worker, or on it. */
            active: number;
            /** @description Over the last minute that was measured; null: none was. */
            inPerMinute: number | null;
            limit: number | null;
            /** @description Since when the one could run that no worker has taken for the longest time. */
            oldestQueuedAt: string | null;
            /** @description Since when the one waits that waits longest. */
            oldestWaitingAt: string | null;
            outPerMinute: number | null;
            paused: boolean;
            pausedAt: string | null;
            pausedBy: string | null;
            queue: string;
            /** @description Those of them that no worker has taken yet. */
            queued: number;
            /** @description Of each minute of the last hour, oldest first. */
            readonly samples: components["schemas"]["QueueSampleInput"][];
            /** @description Task instances that could run and wait for a slot. */
            waiting: number;
        };
        QueueSample: {
            active: number;
            /** @description ISO 8601, UTC */
            at: string;
            /** @description Task instances that became runnable. */
            inPerMinute: number;
            /** @description How long the one had waited that waited longest. */
            oldestMs: number;
            /** @description Attempts that ended. */
            outPerMinute: number;
            waiting: number;
        };
        QueueSampleInput: {
            active: number;
            /** @description ISO 8601, UTC */
            at: string;
            /** @description Task instances that became runnable. */
            inPerMinute: number;
            /** @description How long the one had waited that waited longest. */
            oldestMs: number;
            /** @description Attempts that ended. */
            outPerMinute: number;
            waiting: number;
        };
        Reason: {
            /** @description Whether this keeps it from going on. */
            blocks: boolean;
            readonly children: components["schemas"]["Reason"][];
            code: string;
            numbers: {
                [key: string]: number | string | null;
            };
            text: string;
        };
        ReasonInput: {
            /** @description Whether this keeps it from going on. */
            blocks: boolean;
            readonly children: components["schemas"]["ReasonInput"][];
            code: string;
            numbers: {
                [key: string]: number | string | null;
            };
            text: string;
        };
        Release: {
            halted: {
                /** @description ISO 8601, UTC */
                at: string;
                by: string | null;
                why: string | null;
            } | null;
            /** @description Nodes that may be updated at once. */
            maxUnavailable: number;
            /** @description Null: every pool that has none of its own. */
            pool: string | null;
            /** @enum {string} */
            role: "web" | "scheduler" | "worker";
            /** @description ISO 8601, UTC */
            setAt: string;
            setBy: string;
            version: string;
        };
        ReleaseInput: {
            halted: {
                /** @description ISO 8601, UTC */
                at: string;
                by: string | null;
                why: string | null;
            } | null;
            /** @description Nodes that may be updated at once. */
            maxUnavailable: number;
            /** @description Null: every pool that has none of its own. */
            pool: string | null;
            /** @enum {string} */
            role: "web" | "scheduler" | "worker";
            /** @description ISO 8601, UTC */
            setAt: string;
            setBy: string;
            version: string;
        };
        Rendered: {
            /** @description False: it has not been dispatched yet, and this is what it would be now. */
            dispatched: boolean;
            fence: number;
            /** @description With templates filled in; secrets by name only. */
            specification: {
                [key: string]: unknown;
            };
        };
        RenderedInput: {
            /** @description False: it has not been dispatched yet, and this is what it would be now. */
            dispatched: boolean;
            fence: number;
            /** @description With templates filled in; secrets by name only. */
            specification: {
                [key: string]: unknown;
            };
        };
        /** @description What an attempt used, as far as its worker could see. */
        Resources: {
            cpuSeconds: number | null;
            ioRead: number | null;
            ioWrite: number | null;
            /** @description Bytes. */
            peakMemory: number | null;
        };
        /** @description What an attempt used, as far as its worker could see. */
        ResourcesInput: {
            cpuSeconds: number | null;
            ioRead: number | null;
            ioWrite: number | null;
            /** @description Bytes. */
            peakMemory: number | null;
        };
        Rollout: {
            readonly nodes: {
                /** @description ISO 8601, UTC */
                lastSeen: string;
                name: string;
                node: string;
                readonly roles: {
                    pool: string | null;
                    /** @enum {string} */
                    role: "web" | "scheduler" | "worker";
                }[];
                /** @enum {string} */
                standing: "free" | "done" | "updating" | "failed" | "waiting" | "silent";
                version: string;
                wanted: string | null;
                /** @description What it waits for, does, or failed at. */
                why: string | null;
            }[];
            readonly releases: components["schemas"]["Release"][];
        };
        RolloutInput: {
            readonly nodes: {
                /** @description ISO 8601, UTC */
                lastSeen: string;
                name: string;
                node: string;
                readonly roles: {
                    pool: string | null;
                    /** @enum {string} */
                    role: "web" | "scheduler" | "worker";
                }[];
                /** @enum {string} */
                standing: "free" | "done" | "updating" | "failed" | "waiting" | "silent";
                version: string;
                wanted: string | null;
                /** @description What it waits for, does, or failed at. */
                why: string | null;
            }[];
            readonly releases: components["schemas"]["ReleaseInput"][];
        };
        Run: {
            backfill: number | null;
            dag: string;
            dataIntervalEnd: string | null;
            dataIntervalStart: string | null;
            deadlineAt: string | null;
            deadlineMissed: boolean;
            durationMs: number | null;
            endedAt: string | null;
            logicalDate: string | null;
            params: unknown;
            /** @description When it was due. */
            queuedAt: string | null;
            reason: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
            tasks: components["schemas"]["StateCounts"];
            /** @description When it is given up; null unless it runs and has a timeout. */
            timeoutAt: string | null;
            /** @enum {string} */
            type: "scheduled" | "manual" | "backfill" | "asset";
            /** @description The version of the DAG that it works by. */
            version: number;
            /** @description What somebody, or its timeout, wants it to end as. */
            wanted: string | null;
        };
        /** @description Runs by state. */
        RunCounts: {
            cancelled: number;
            failed: number;
            queued: number;
            running: number;
            success: number;
        };
        /** @description Runs by state. */
        RunCountsInput: {
            cancelled: number;
            failed: number;
            queued: number;
            running: number;
            success: number;
        };
        RunInput: {
            backfill: number | null;
            dag: string;
            dataIntervalEnd: string | null;
            dataIntervalStart: string | null;
            deadlineAt: string | null;
            deadlineMissed: boolean;
            durationMs: number | null;
            endedAt: string | null;
            logicalDate: string | null;
            params: unknown;
            /** @description When it was due. */
            queuedAt: string | null;
            reason: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
            tasks: components["schemas"]["StateCountsInput"];
            /** @description When it is given up; null unless it runs and has a timeout. */
            timeoutAt: string | null;
            /** @enum {string} */
            type: "scheduled" | "manual" | "backfill" | "asset";
            /** @description The version of the DAG that it works by. */
            version: number;
            /** @description What somebody, or its timeout, wants it to end as. */
            wanted: string | null;
        };
        RunItem: {
            /** @description Number of the backfill that it belongs to. */
            backfill: number | null;
            dag: string;
            durationMs: number | null;
            endedAt: string | null;
            logicalDate: string | null;
            /** @description Who or what made it, cleared it, or ended it early. */
            reason: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
            /** @enum {string} */
            type: "scheduled" | "manual" | "backfill" | "asset";
        };
        RunItemInput: {
            /** @description Number of the backfill that it belongs to. */
            backfill: number | null;
            dag: string;
            durationMs: number | null;
            endedAt: string | null;
            logicalDate: string | null;
            /** @description Who or what made it, cleared it, or ended it early. */
            reason: string | null;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "success" | "failed" | "cancelled";
            /** @enum {string} */
            type: "scheduled" | "manual" | "backfill" | "asset";
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
        Spread: {
            /** @description With H instead of each fixed minute and the fixed hour beside it. */
            after: components["schemas"]["SpreadSide"];
            /** @description As the DAGs are written. */
            before: components["schemas"]["SpreadSide"];
            /** @description How many were looked at: those that are not paused. */
            dags: number;
            /** @description ISO 8601, UTC */
            from: string;
            slotMinutes: number;
        };
        SpreadInput: {
            /** @description With H instead of each fixed minute and the fixed hour beside it. */
            after: components["schemas"]["SpreadSideInput"];
            /** @description As the DAGs are written. */
            before: components["schemas"]["SpreadSideInput"];
            /** @description How many were looked at: those that are not paused. */
            dags: number;
            /** @description ISO 8601, UTC */
            from: string;
            slotMinutes: number;
        };
        SpreadSide: {
            /** @description The first of the fullest; null when nothing is due. */
            peak: {
                /** @description ISO 8601, UTC */
                at: string;
                readonly dags: {
                    dag: string;
                    schedule: string | null;
                    tasks: number;
                }[];
                tasks: number;
            } | null;
            /** @description Task starts in each of them. */
            readonly slots: number[];
            total: number;
        };
        SpreadSideInput: {
            /** @description The first of the fullest; null when nothing is due. */
            peak: {
                /** @description ISO 8601, UTC */
                at: string;
                readonly dags: {
                    dag: string;
                    schedule: string | null;
                    tasks: number;
                }[];
                tasks: number;
            } | null;
            /** @description Task starts in each of them. */
            readonly slots: number[];
            total: number;
        };
        /** @description Task instances by state; states without any are left out. */
        StateCounts: {
            [key: string]: number;
        };
        /** @description Task instances by state; states without any are left out. */
        StateCountsInput: {
            [key: string]: number;
        };
        Task: {
            /** @description Oldest first; at most the newest 100. */
            readonly attempts: {
                /** @description Id of the attempt: also of its job, container and log. */
                attempt: string;
                container: string | null;
                detail: string | null;
                exitCode: number | null;
                fence: number;
                finishedAt: string | null;
                image: string | null;
                imageDigest: string | null;
                log: {
                    bytes: number;
                    lines: number;
                    truncated: boolean;
                } | null;
                pull: {
                    bytes: number;
                    ms: number;
                } | null;
                queuedAt: string | null;
                reason: string | null;
                resources: components["schemas"]["Resources"] | null;
                startedAt: string | null;
                /** @enum {string} */
                state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
                readonly timeline: components["schemas"]["TimelineStep"][];
                try: number;
                worker: string | null;
            }[];
            container: string | null;
            dag: string;
            /** @description When it is looked at, or tried, next. */
            dueAt: string | null;
            durationMs: number | null;
            endedAt: string | null;
            hasResult: boolean;
            /** @description Null for a task that its version of the DAG does not have any more. */
            kind: ("container" | "process" | "empty" | "wait" | "trigger") | null;
            limits: {
                cpus: number | null;
                memory: number | null;
                retries: number;
                timeoutMs: number | null;
            } | null;
            /** @description -1 for a task that is not mapped. */
            mapIndex: number;
            queue: string;
            reason: string | null;
            /** @description Its map has no such index any more; it is kept for its attempts. */
            removed: boolean;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
            tries: number;
            /** @description What somebody wants of it; settled when its attempt ends. */
            wanted: string | null;
        };
        TaskInput: {
            /** @description Oldest first; at most the newest 100. */
            readonly attempts: {
                /** @description Id of the attempt: also of its job, container and log. */
                attempt: string;
                container: string | null;
                detail: string | null;
                exitCode: number | null;
                fence: number;
                finishedAt: string | null;
                image: string | null;
                imageDigest: string | null;
                log: {
                    bytes: number;
                    lines: number;
                    truncated: boolean;
                } | null;
                pull: {
                    bytes: number;
                    ms: number;
                } | null;
                queuedAt: string | null;
                reason: string | null;
                resources: components["schemas"]["ResourcesInput"] | null;
                startedAt: string | null;
                /** @enum {string} */
                state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
                readonly timeline: components["schemas"]["TimelineStepInput"][];
                try: number;
                worker: string | null;
            }[];
            container: string | null;
            dag: string;
            /** @description When it is looked at, or tried, next. */
            dueAt: string | null;
            durationMs: number | null;
            endedAt: string | null;
            hasResult: boolean;
            /** @description Null for a task that its version of the DAG does not have any more. */
            kind: ("container" | "process" | "empty" | "wait" | "trigger") | null;
            limits: {
                cpus: number | null;
                memory: number | null;
                retries: number;
                timeoutMs: number | null;
            } | null;
            /** @description -1 for a task that is not mapped. */
            mapIndex: number;
            queue: string;
            reason: string | null;
            /** @description Its map has no such index any more; it is kept for its attempts. */
            removed: boolean;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
            tries: number;
            /** @description What somebody wants of it; settled when its attempt ends. */
            wanted: string | null;
        };
        TaskItem: {
            /** @description The newest one. */
            attempt: components["schemas"]["Attempt"] | null;
            container: string | null;
            durationMs: number | null;
            endedAt: string | null;
            /** @description Null for a task that its version of the DAG does not have any more. */
            kind: ("container" | "process" | "empty" | "wait" | "trigger") | null;
            /** @description -1 for a task that is not mapped. */
            mapIndex: number;
            queue: string;
            reason: string | null;
            /** @description Its map has no such index any more; it is kept for its attempts. */
            removed: boolean;
            startedAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
            tries: number;
        };
        TaskItemInput: {
            /** @description The newest one. */
            attempt: components["schemas"]["AttemptInput"] | null;
            container: string | null;
            durationMs: number | null;
            endedAt: string | null;
            /** @description Null for a task that its version of the DAG does not have any more. */
            kind: ("container" | "process" | "empty" | "wait" | "trigger") | null;
            /** @description -1 for a task that is not mapped. */
            mapIndex: number;
            queue: string;
            reason: string | null;
            /** @description Its map has no such index any more; it is kept for its attempts. */
            removed: boolean;
            startedAt: string | null;
            /** @enum {string} */
            state: "none" | "scheduled" | "queued" | "starting" | "running" | "success" | "failed" | "skipped" | "upstream_failed" | "cancelled" | "up_for_retry" | "up_for_reschedule";
            task: string;
            tries: number;
        };
        TimelineStep: {
            /** @description ISO 8601, UTC */
            at: string;
            /** @enum {string} */
            step: "queued" | "claimed" | "pulled" | "started" | "exited" | "recorded";
            /** @description Since the step before. */
            tookMs: number;
        };
        TimelineStepInput: {
            /** @description ISO 8601, UTC */
            at: string;
            /** @enum {string} */
            step: "queued" | "claimed" | "pulled" | "started" | "exited" | "recorded";
            /** @description Since the step before. */
            tookMs: number;
        };
        TokenItem: {
            createdAt: string;
            expiresAt: string | null;
            /** @description To the minute. */
            lastUsedAt: string | null;
            /** @description What it is narrowed to; it is never worth more than its user. */
            limits: components["schemas"]["Grant"][];
            name: string;
            /** @description Its public part. */
            token: string;
            user: string;
        };
        TokenItemInput: {
            createdAt: string;
            expiresAt: string | null;
            /** @description To the minute. */
            lastUsedAt: string | null;
            /** @description What it is narrowed to; it is never worth more than its user. */
            limits: components["schemas"]["GrantInput"][];
            name: string;
            /** @description Its public part. */
            token: string;
            user: string;
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
        UserItem: {
            createdAt: string;
            grants: {
                /** @description `*` is everywhere. */
                namespace: string;
                /** @enum {string} */
                role: "viewer" | "operator" | "author" | "admin";
                /**
                 * @description oidc: by the groups of a provider, renewed at each login.
                 * @enum {string}
                 */
                source: "local" | "oidc";
            }[];
            /** @description False: signs in through a provider or by a one-time code. */
            password: boolean;
            user: string;
        };
        UserItemInput: {
            createdAt: string;
            grants: {
                /** @description `*` is everywhere. */
                namespace: string;
                /** @enum {string} */
                role: "viewer" | "operator" | "author" | "admin";
                /**
                 * @description oidc: by the groups of a provider, renewed at each login.
                 * @enum {string}
                 */
                source: "local" | "oidc";
            }[];
            /** @description False: signs in through a provider or by a one-time code. */
            password: boolean;
            user: string;
        };
        WantedWorker: {
            active: number;
            capacity: {
                cpus: number | null;
                cpusReserved: number;
                memory: number | null;
                memoryReserved: number;
            } | null;
            /** @description In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone. */
            doing: string;
            draining: boolean;
            everFailed: number;
            /** @description The same over all of its processes, as schedulers counted it. */
            everProcessed: number;
            /** @description Those of them that did not exit with 0. */
            failed: number | null;
            /** @description ISO 8601, UTC */
            firstSeen: string;
            health: string | null;
            host: string;
            id: string;
            /** @description Containers of failed attempts that it keeps. */
            kept: number | null;
            /** @description ISO 8601, UTC */
            lastSeen: string;
            /** @description Load average of its host over the last minute. */
            load: number | null;
            name: string;
            /** @description Queues from which it takes nothing because somebody wants it so. */
            readonly paused: string[];
            pid: number;
            /** @description Attempts that its process has seen end. */
            processed: number | null;
            readonly queues: string[];
            /** @description Why it takes nothing at all. */
            readonly refusing: string[];
            slots: number;
            /** @description ISO 8601, UTC */
            startedAt: string;
            /** @enum {string} */
            status: "online" | "unreachable" | "gone";
            /** @description False while Redis is away: schedulers tell the worker when it is back. */
            told: boolean;
            version: string;
            /** @description What people want of it, whether it has heard of it yet or not. */
            wanted: {
                concurrency: number | null;
                end: {
                    boot: string;
                    deadline: number | null;
                    /** @enum {string} */
                    then: "detach" | "stop";
                } | null;
                readonly paused: string[];
                pausedBy: {
                    /** @description ISO 8601, UTC */
                    at: string;
                    user: string;
                } | null;
                queues: string[] | null;
            } | null;
        };
        WantedWorkerInput: {
            active: number;
            capacity: {
                cpus: number | null;
                cpusReserved: number;
                memory: number | null;
                memoryReserved: number;
            } | null;
            /** @description In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone. */
            doing: string;
            draining: boolean;
            everFailed: number;
            /** @description The same over all of its processes, as schedulers counted it. */
            everProcessed: number;
            /** @description Those of them that did not exit with 0. */
            failed: number | null;
            /** @description ISO 8601, UTC */
            firstSeen: string;
            health: string | null;
            host: string;
            id: string;
            /** @description Containers of failed attempts that it keeps. */
            kept: number | null;
            /** @description ISO 8601, UTC */
            lastSeen: string;
            /** @description Load average of its host over the last minute. */
            load: number | null;
            name: string;
            /** @description Queues from which it takes nothing because somebody wants it so. */
            readonly paused: string[];
            pid: number;
            /** @description Attempts that its process has seen end. */
            processed: number | null;
            readonly queues: string[];
            /** @description Why it takes nothing at all. */
            readonly refusing: string[];
            slots: number;
            /** @description ISO 8601, UTC */
            startedAt: string;
            /** @enum {string} */
            status: "online" | "unreachable" | "gone";
            /** @description False while Redis is away: schedulers tell the worker when it is back. */
            told: boolean;
            version: string;
            /** @description What people want of it, whether it has heard of it yet or not. */
            wanted: {
                concurrency: number | null;
                end: {
                    boot: string;
                    deadline: number | null;
                    /** @enum {string} */
                    then: "detach" | "stop";
                } | null;
                readonly paused: string[];
                pausedBy: {
                    /** @description ISO 8601, UTC */
                    at: string;
                    user: string;
                } | null;
                queues: string[] | null;
            } | null;
        };
        Why: {
            /** @description Everything in one sentence. */
            answer: string;
            /** @description ISO 8601, UTC */
            at: string;
            dag: string;
            mapIndex: number;
            readonly reasons: components["schemas"]["Reason"][];
            run: string;
            runState: string;
            state: string | null;
            task: string;
        };
        WhyInput: {
            /** @description Everything in one sentence. */
            answer: string;
            /** @description ISO 8601, UTC */
            at: string;
            dag: string;
            mapIndex: number;
            readonly reasons: components["schemas"]["ReasonInput"][];
            run: string;
            runState: string;
            state: string | null;
            task: string;
        };
        Worker: {
            active: number;
            capacity: {
                cpus: number | null;
                cpusReserved: number;
                memory: number | null;
                memoryReserved: number;
            } | null;
            /** @description In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone. */
            doing: string;
            draining: boolean;
            everFailed: number;
            /** @description The same over all of its processes, as schedulers counted it. */
            everProcessed: number;
            /** @description Those of them that did not exit with 0. */
            failed: number | null;
            /** @description ISO 8601, UTC */
            firstSeen: string;
            health: string | null;
            host: string;
            id: string;
            /** @description Containers of failed attempts that it keeps. */
            kept: number | null;
            /** @description ISO 8601, UTC */
            lastSeen: string;
            /** @description Load average of its host over the last minute. */
            load: number | null;
            name: string;
            /** @description Queues from which it takes nothing because somebody wants it so. */
            readonly paused: string[];
            pid: number;
            /** @description Attempts that its process has seen end. */
            processed: number | null;
            readonly queues: string[];
            /** @description Why it takes nothing at all. */
            readonly refusing: string[];
            slots: number;
            /** @description ISO 8601, UTC */
            startedAt: string;
            /** @enum {string} */
            status: "online" | "unreachable" | "gone";
            version: string;
            /** @description What people want of it, whether it has heard of it yet or not. */
            wanted: {
                concurrency: number | null;
                end: {
                    boot: string;
                    deadline: number | null;
                    /** @enum {string} */
                    then: "detach" | "stop";
                } | null;
                readonly paused: string[];
                pausedBy: {
                    /** @description ISO 8601, UTC */
                    at: string;
                    user: string;
                } | null;
                queues: string[] | null;
            } | null;
        };
        WorkerAttempt: {
            claimedAt: string | null;
            dag: string;
            fence: number;
            mapIndex: number;
            queue: string;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
            task: string;
        };
        WorkerAttemptInput: {
            claimedAt: string | null;
            dag: string;
            fence: number;
            mapIndex: number;
            queue: string;
            run: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finished" | "released" | "lost";
            task: string;
        };
        WorkerDetails: {
            active: number;
            /** @description What it is busy with, those that it has had longest first; only of DAGs that you may see, at most 500. */
            readonly attempts: components["schemas"]["WorkerAttempt"][];
            capacity: {
                cpus: number | null;
                cpusReserved: number;
                memory: number | null;
                memoryReserved: number;
            } | null;
            /** @description In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone. */
            doing: string;
            draining: boolean;
            everFailed: number;
            /** @description The same over all of its processes, as schedulers counted it. */
            everProcessed: number;
            /** @description Those of them that did not exit with 0. */
            failed: number | null;
            /** @description ISO 8601, UTC */
            firstSeen: string;
            health: string | null;
            host: string;
            id: string;
            /** @description Containers of failed attempts that it keeps. */
            kept: number | null;
            /** @description ISO 8601, UTC */
            lastSeen: string;
            /** @description Load average of its host over the last minute. */
            load: number | null;
            name: string;
            /** @description Queues from which it takes nothing because somebody wants it so. */
            readonly paused: string[];
            pid: number;
            /** @description Attempts that its process has seen end. */
            processed: number | null;
            readonly queues: string[];
            /** @description Why it takes nothing at all. */
            readonly refusing: string[];
            slots: number;
            /** @description ISO 8601, UTC */
            startedAt: string;
            /** @enum {string} */
            status: "online" | "unreachable" | "gone";
            version: string;
            /** @description What people want of it, whether it has heard of it yet or not. */
            wanted: {
                concurrency: number | null;
                end: {
                    boot: string;
                    deadline: number | null;
                    /** @enum {string} */
                    then: "detach" | "stop";
                } | null;
                readonly paused: string[];
                pausedBy: {
                    /** @description ISO 8601, UTC */
                    at: string;
                    user: string;
                } | null;
                queues: string[] | null;
            } | null;
        };
        WorkerDetailsInput: {
            active: number;
            /** @description What it is busy with, those that it has had longest first; only of DAGs that you may see, at most 500. */
            readonly attempts: components["schemas"]["WorkerAttemptInput"][];
            capacity: {
                cpus: number | null;
                cpusReserved: number;
                memory: number | null;
                memoryReserved: number;
            } | null;
            /** @description In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone. */
            doing: string;
            draining: boolean;
            everFailed: number;
            /** @description The same over all of its processes, as schedulers counted it. */
            everProcessed: number;
            /** @description Those of them that did not exit with 0. */
            failed: number | null;
            /** @description ISO 8601, UTC */
            firstSeen: string;
            health: string | null;
            host: string;
            id: string;
            /** @description Containers of failed attempts that it keeps. */
            kept: number | null;
            /** @description ISO 8601, UTC */
            lastSeen: string;
            /** @description Load average of its host over the last minute. */
            load: number | null;
            name: string;
            /** @description Queues from which it takes nothing because somebody wants it so. */
            readonly paused: string[];
            pid: number;
            /** @description Attempts that its process has seen end. */
            processed: number | null;
            readonly queues: string[];
            /** @description Why it takes nothing at all. */
            readonly refusing: string[];
            slots: number;
            /** @description ISO 8601, UTC */
            startedAt: string;
            /** @enum {string} */
            status: "online" | "unreachable" | "gone";
            version: string;
            /** @description What people want of it, whether it has heard of it yet or not. */
            wanted: {
                concurrency: number | null;
                end: {
                    boot: string;
                    deadline: number | null;
                    /** @enum {string} */
                    then: "detach" | "stop";
                } | null;
                readonly paused: string[];
                pausedBy: {
                    /** @description ISO 8601, UTC */
                    at: string;
                    user: string;
                } | null;
                queues: string[] | null;
            } | null;
        };
        WorkerInput: {
            active: number;
            capacity: {
                cpus: number | null;
                cpusReserved: number;
                memory: number | null;
                memoryReserved: number;
            } | null;
            /** @description In a word or two: online, paused, partly paused, draining, guarded, quarantined, takes nothing, unreachable, gone. */
            doing: string;
            draining: boolean;
            everFailed: number;
            /** @description The same over all of its processes, as schedulers counted it. */
            everProcessed: number;
            /** @description Those of them that did not exit with 0. */
            failed: number | null;
            /** @description ISO 8601, UTC */
            firstSeen: string;
            health: string | null;
            host: string;
            id: string;
            /** @description Containers of failed attempts that it keeps. */
            kept: number | null;
            /** @description ISO 8601, UTC */
            lastSeen: string;
            /** @description Load average of its host over the last minute. */
            load: number | null;
            name: string;
            /** @description Queues from which it takes nothing because somebody wants it so. */
            readonly paused: string[];
            pid: number;
            /** @description Attempts that its process has seen end. */
            processed: number | null;
            readonly queues: string[];
            /** @description Why it takes nothing at all. */
            readonly refusing: string[];
            slots: number;
            /** @description ISO 8601, UTC */
            startedAt: string;
            /** @enum {string} */
            status: "online" | "unreachable" | "gone";
            version: string;
            /** @description What people want of it, whether it has heard of it yet or not. */
            wanted: {
                concurrency: number | null;
                end: {
                    boot: string;
                    deadline: number | null;
                    /** @enum {string} */
                    then: "detach" | "stop";
                } | null;
                readonly paused: string[];
                pausedBy: {
                    /** @description ISO 8601, UTC */
                    at: string;
                    user: string;
                } | null;
                queues: string[] | null;
            } | null;
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
