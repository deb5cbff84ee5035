import { existsSync } from 'node:fs';

/** A suite that needs something which is not always there. Without it the run says what was left out, and why. */
export function describeWith(path: string, what: string, title: string, tests: () => void): void {
	if (existsSync(path)) {
		describe(title, tests);
		return;
	}
	process.stderr.write(`Left out: "${title}", because ${what} is not there.\n`);
	describe.skip(title, tests);
}
