import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type ChildProcess = {
	/** What it said it listens at. */
	url: string;
	/** SIGTERM, and wait until it has ended. */
	stop(): Promise<void>;
	/** SIGKILL: nothing is finished, nothing is given back. */
	kill(): Promise<void>;
};

/** Runs a file that prints `listens at <url>` once it does. */
export async function startChild(
	file: string,
	{ args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<ChildProcess> {
	const options = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', file, ...args];
	const child = spawn(process.execPath, options, {
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	const end = async (signal: NodeJS.Signals) => {
		child.kill(signal);
		await exited;
	};

	return {
		url: await addressFrom(child.stdout),
		stop: () => end('SIGTERM'),
		kill: () => end('SIGKILL'),
	};
}

async function addressFrom(stdout: NodeJS.ReadableStream): Promise<string> {
	for await (const line of createInterface({ input: stdout })) {
		const [, url] = /listens at (\S+)/.exec(line) ?? [];
		if (url !== undefined) return url;
	}
	throw new Error('the process ended before it listened');
}
