import type { Config } from './config.ts';
import type { Clock } from './ports/clock.ts';
import { startService, type Service } from './service.ts';

/** Runs the service as this process: says where it listens, and ends on SIGTERM or SIGINT without losing anything. */
export async function runService(config: Config, clock?: Clock): Promise<Service> {
	const service = await startService(config, { clock });
	process.stdout.write(`LLM Fuse listens at ${service.url}\n`);
	if (service.newAdminKey !== undefined) {
		process.stdout.write(
			`Admin key, shown this once: ${service.newAdminKey}\nPage: ${service.url}/#key=${service.newAdminKey}\n`,
		);
	}
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.once(signal, () => {
			service.close().then(
				() => process.exit(0),
				() => process.exit(1),
			);
		});
	}
	return service;
}
