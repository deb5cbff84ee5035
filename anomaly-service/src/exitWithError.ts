/** Ends the process: errors a person can mend (they carry a code) by their message, defects with their stack. */
export function exitWithError(error: unknown, hint = ''): never {
	const isDefect = !(error instanceof Error && 'code' in error);
	const text = error instanceof Error ? (isDefect ? error.stack : error.message) : String(error);
	process.stderr.write(`${text ?? ''}\n${isDefect ? '' : hint}`);
	process.exit(1);
}
