import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from '../../e2e/harness/poll.ts';

/** Initializing, recovering and joining take a second; the rest is for a machine that does ten things at once. */
const READY_WITHIN_MS = 30_000;
/** A server that has not ended itself by then is not going to. */
const STOP_GRACE_MS = 5000;

type ProcessOptions = {
	command: string;
	args: string[];
	/** Working folder and place of the log. */
	folder: string;
	/** Whom to run as; the caller when not given. */
	user?: { uid: number; gid: number } | undefined;
	/** Throws or answers false as long as the server does not serve. */
	isReady: () => Promise<boolean>;
};

export type ServerProcess = {
	signal(signal: NodeJS.Signals): void;
	/** Sends the signal, then SIGKILL to one that takes too long, and resolves when it has ended. */
	end(signal: NodeJS.Signals): Promise<void>;
};

/** Starts a server and resolves when it serves. One that ends before it does fails with its log. */
export async function startServerProcess(options: ProcessOptions): Promise<ServerProcess> {
	const { command, args, folder, user, isReady } = options;
	const logFile = join(folder, 'server.log');
	const log = openSync(logFile, 'a');
	const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, log], ...user });
	closeSync(log);
	const ended = once(child, 'exit');
	const releaseGuard = guard(child, folder);
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	const signal = (name: NodeJS.Signals) => {
		if (!hasEnded()) child.kill(name);
	};
	const end = async (name: NodeJS.Signals) => {
		signal(name);
		// One that is paused takes its signals when it goes on.
		signal('SIGCONT');
		const impatience = setTimeout(() => signal('SIGKILL'), STOP_GRACE_MS);
		await ended;
		clearTimeout(impatience);
		await releaseGuard();
	};

	try {
		await poll({ what: `${command} to serve`, timeoutMs: READY_WITHIN_MS }, async () => {
			if (hasEnded()) return true;
			return (await isReady()) || undefined;
		});
		if (hasEnded()) throw new Error(`${command} ended before it served`);
	} catch (error) {
		await end('SIGKILL');
		throw new Error(`${command} did not start:\n${readFileSync(logFile, 'utf8')}`, {
			cause: error,
		});
	}
	return { signal, end };
}

/**
 * No server outlives the process that started it, however that one ends: a shell waits for the end of its input, which
 * is ours, then ends the server and removes its folder. A handler of 'exit' would not do: Jest keeps those of its tests to
 * itself, and nobody runs them after SIGKILL. SIGQUIT lets Postgres tidy up its shared memory; Redis ends on it as well.
 */
function guard(child: ChildProcess, folder: string): () => Promise<void> {
	const script = 'read -r _; kill -QUIT "$0"; kill -CONT "$0"; sleep 1; rm -rf "$1"';
	const shell = spawn('sh', ['-c', script, String(child.pid), folder], {
		// Of its own group: Ctrl+C in a terminal must not end it first.
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	shell.unref();
	const gone = once(shell, 'exit');

	return async () => {
		// Nothing else may keep the process going until the shell has gone.
		shell.ref();
		shell.kill('SIGKILL');
		await gone;
	};
}
