import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootN8n } from './bootN8n.ts';
import { freePort } from './freePort.ts';
import { installPackage } from './installPackage.ts';
import type { StartedProcess } from './startProcess.ts';

export interface RunningN8n extends StartedProcess {
	baseUrl: string;
	/** Ends it and boots it again on the same database and address, after `whileDown`. */
	restart: (whileDown?: () => Promise<void>) => Promise<void>;
}

/** Boots n8n with an empty database and the freshly built node package; it is ready when this resolves. */
export async function startN8n(folder: string): Promise<RunningN8n> {
	const userFolder = join(folder, 'n8n');
	mkdirSync(userFolder, { recursive: true });
	installPackage(userFolder);

	const port = await freePort();
	const baseUrl = `http://127.0.0.1:${port}`;
	const boot = () =>
		bootN8n({
			...{ name: 'n8n', args: ['start'], userFolder, port, folder },
			env: { N8N_PORT: String(port), N8N_WEBHOOK_URL: `${baseUrl}/` },
		});

	let n8n = await boot();
	return {
		baseUrl,
		log: () => n8n.log(),
		hasEnded: () => n8n.hasEnded(),
		stop: () => n8n.stop(),
		kill: () => n8n.kill(),
		whileFrozen: (run) => n8n.whileFrozen(run),
		restart: async (whileDown = async () => {}) => {
			await n8n.stop();
			await whileDown();
			n8n = await boot();
		},
	};
}
