/**
 * The name of a secret of a worker pool. It is the name of a file there: it holds no slash, and begins neither with a dot nor
 * with a dash.
 */
export const SECRET_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/

/** The name of an environment variable. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** What a task is to be given of its worker's secrets: their names by the environment variables that are to hold them. */
export type SecretNames = Readonly<Record<string, string>>
