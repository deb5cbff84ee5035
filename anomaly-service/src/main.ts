import { ConfigError, readConfig } from './config.ts';
import { startService } from './service.ts';

/** Starts the service with the environment's settings; SIGTERM and SIGINT end it without losing anything. */
async function main(): Promise<void> {
	const service = await startService(readConfig(process.env));
	process.stdout.write(`LLM Fuse listens at ${service.url}\n`);
	if (service.newAdminKey !== undefined) {
		process.stdout.write(`Admin key, shown this once: ${service.newAdminKey}\n`);
	}
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.once(signal, () => {
			service.close().then(
				() => process.exit(0),
				() => process.exit(1),
			);
		});
	}
}

main().catch((error: unknown) => {
	process.stderr.write(
		error instanceof ConfigError
			? `${error.message}\n`
			: `${String(error instanceof Error ? error.stack : error)}\n`,
	);
	process.exit(1);
});
