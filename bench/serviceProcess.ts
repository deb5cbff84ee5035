import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../anomaly-service/src/main.ts');
const ADMIN_KEY = 'fuse_bench-admin-key-of-at-least-32-characters';

/** The service as a process of its own on a free port, with a fresh embedded database on disk. */
export async function startServiceProcess(env: Record<string, string> = {}): Promise<{
	url: string;
	key: string;
	stop(): Promise<void>;
}> {
	const dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-bench-'));
	const child = spawn(process.execPath, [MAIN], {
		env: {
			...process.env,
			FUSE_PORT: '0',
			FUSE_DATA_DIR: dataDir,
			FUSE_ADMIN_KEY: ADMIN_KEY,
			FUSE_LOG_LEVEL: 'error',
			...env,
		},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');

	return {
		url: await addressFrom(child.stdout),
		key: ADMIN_KEY,
		async stop() {
			child.kill('SIGTERM');
			await exited;
			await rm(dataDir, { recursive: true });
		},
	};
}

async function addressFrom(stdout: NodeJS.ReadableStream): Promise<string> {
	for await (const line of createInterface({ input: stdout })) {
		const [, url] = /listens at (\S+)/.exec(line) ?? [];
		if (url !== undefined) return url;
	}
	throw new Error('the service ended before it listened');
}
