import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../anomaly-service/src/config.ts';
import { exitWithError } from '../anomaly-service/src/exitWithError.ts';
import { runService } from '../anomaly-service/src/runService.ts';
import { newServiceKey } from '../anomaly-service/src/stages/serviceKeys.ts';
import { ReplayClock } from './replayClock.ts';
import { replay } from './replay.ts';

const USAGE = `npm start                      replay a runaway on real traffic, then stay up
npm start -- --speed 12        the same, twelve replayed seconds a second (default 6)
npm start -- --no-replay       the plain service; settings are the FUSE_… variables of docs/configuration.md`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			'no-replay': { type: 'boolean', default: false },
			speed: { type: 'string', default: '6' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		process.stdout.write(`${USAGE}\n`);
		return;
	}
	if (values['no-replay']) {
		await runService(readConfig(process.env));
		return;
	}
	const speed = Number(values.speed);
	if (!(speed >= 1 && speed <= 60))
		throw new ConfigError(['--speed: expected a number from 1 to 60']);

	// The replay is a demonstration: it keeps nothing, and its key lives as long as it does.
	const adminKey = newServiceKey();
	const config = readConfig({
		FUSE_LOG_LEVEL: 'error',
		FUSE_SCORE_INTERVAL_MS: '1000',
		...process.env,
		// Nothing of a replay belongs into a real store.
		DATABASE_URL: undefined,
		SUPABASE_URL: undefined,
		SUPABASE_SECRET_KEY: undefined,
		REDIS_URL: undefined,
		FUSE_DATA_DIR: 'memory',
		FUSE_ADMIN_KEY: adminKey,
	});
	const clock = new ReplayClock();
	const service = await runService(config, clock);
	await replay({
		url: service.url,
		key: adminKey,
		clock,
		speed,
		capMicroCents: config.capMicroCents,
	});
}

main().catch((error: unknown) => exitWithError(error, `\n${USAGE}\n`));
