import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** n8n closes its task runner and database on SIGTERM; past this it is not going to. */
const GRACE_MS = 5_000;

export interface StartedProcess {
	log: () => string;
	hasEnded: () => boolean;
	stop: () => Promise<void>;
	/** Ends it as a power cut does: nothing of it runs any more, no socket is closed in order. */
	kill: () => Promise<void>;
	/** Nothing of it runs while `run` does; what is sent to it waits in the sockets. */
	whileFrozen: <T>(run: () => Promise<T>) => Promise<T>;
}

interface ProcessOptions {
	name: string;
	/** Arguments of this very Node.js. */
	args: string[];
	env: Record<string, string>;
	/** Working folder, home and place of the log. */
	folder: string;
}

/** Starts a Node.js program in a process group of its own, so that what it spawned ends with it. */
export function startProcess({ name, args, env, folder }: ProcessOptions): StartedProcess {
	const logFile = join(folder, `${name}.log`);
	const output = openSync(logFile, 'a');
	const child = spawn(process.execPath, args, {
		cwd: folder,
		detached: true,
		// Nothing of the caller's environment gets in but what finds programs and certificates.
		env: { PATH: process.env['PATH'] ?? '', HOME: folder, TZ: 'UTC', ...env },
		stdio: ['ignore', output, output],
	});
	closeSync(output);

	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	const killGroup = (signal: NodeJS.Signals) => {
		if (child.pid === undefined || hasEnded()) return;
		try {
			process.kill(-child.pid, signal);
		} catch {
			// The group is gone already.
		}
	};
	const killOnExit = () => killGroup('SIGKILL');
	process.once('exit', killOnExit);

	return {
		log: () => readFileSync(logFile, 'utf8'),
		hasEnded,
		stop: async () => {
			if (hasEnded()) return;
			const exited = once(child, 'exit');
			killGroup('SIGTERM');
			const impatience = setTimeout(() => killGroup('SIGKILL'), GRACE_MS);
			await exited;
			clearTimeout(impatience);
			process.off('exit', killOnExit);
		},
		kill: async () => {
			if (hasEnded()) return;
			const exited = once(child, 'exit');
			killGroup('SIGKILL');
			await exited;
			process.off('exit', killOnExit);
		},
		whileFrozen: async (run) => {
			killGroup('SIGSTOP');
			try {
				return await run();
			} finally {
				killGroup('SIGCONT');
			}
		},
	};
}
