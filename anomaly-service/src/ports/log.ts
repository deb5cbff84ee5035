type LogLine = (fields: Record<string, unknown>, message: string) => void;

/** Structured log lines. Never a prompt, a key or a secret. */
export type Log = { debug: LogLine; info: LogLine; warn: LogLine; error: LogLine };
