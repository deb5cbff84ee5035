import { ConfigError, readConfig } from './config.ts';
import { runService } from './runService.ts';

runService(readConfig(process.env)).catch((error: unknown) => {
	const text =
		error instanceof ConfigError || !(error instanceof Error) ? String(error) : error.stack;
	process.stderr.write(`${text}\n`);
	process.exit(1);
});
