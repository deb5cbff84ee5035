import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type ChildProcess } from './childProcess.ts';

const MAIN = join(import.meta.dirname, '../anomaly-service/src/main.ts');
const ADMIN_KEY = 'fuse_bench-admin-key-of-at-least-32-characters';
const SIGNING_KEY = 'bench-signing-key-of-at-least-32-characters';

/** As docs/operations.md says for few cores: the process that measures needs one, too. */
const SMALL_MACHINE = '--v8-pool-size=1';

export type ServiceProcess = ChildProcess & { key: string };

/** The service as a process of its own on a free port, with a fresh embedded database on disk unless `env` names one. */
export async function startServiceProcess(
	env: Record<string, string> = {},
): Promise<ServiceProcess> {
	const dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-bench-'));
	const child = await startChild(MAIN, {
		env: {
			FUSE_PORT: '0',
			FUSE_DATA_DIR: dataDir,
			FUSE_ADMIN_KEY: ADMIN_KEY,
			FUSE_SIGNING_KEY: SIGNING_KEY,
			FUSE_LOG_LEVEL: 'silent',
			NODE_OPTIONS: SMALL_MACHINE,
			...env,
		},
	});
	const cleanUp = () => rm(dataDir, { recursive: true, force: true });

	return {
		url: child.url,
		key: ADMIN_KEY,
		stop: () => child.stop().then(cleanUp),
		kill: () => child.kill().then(cleanUp),
	};
}
