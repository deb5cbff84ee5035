import { containmentTimes, type ContainmentTimes } from './harness/containmentTimes.ts';
import { percentile } from './harness/figures.ts';
import { startWorld } from './harness/startWorld.ts';

/** Executions of workflows nobody ran before are slower: n8n compiles what it needs. */
const WARM_UP = 5;

const NAMES = [
	['ownBlock', 'own_block'],
	['webhook', 'webhook'],
	['keyRevoked', 'key_revoked'],
	['stripePaused', 'stripe_paused'],
	['slackPosted', 'slack_posted'],
	['telegramPosted', 'telegram_posted'],
] as const;

/** For bench/containment.ts: times so many incidents on real n8n and prints one JSON line per figure. */
const [incidents = '100'] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const world = await startWorld();
try {
	await containmentTimes(world, { incidents: WARM_UP, prefix: 'warm' });
	const times = await containmentTimes(world, { incidents: Number(incidents), prefix: 'timed' });
	print('incidents', times.length, '1');
	printAll(times);
} finally {
	await world.stop();
}
process.exit();

function printAll(times: ContainmentTimes[]): void {
	for (const [key, name] of NAMES) {
		const values = times.map((one) => one[key]);
		for (const percent of [50, 99]) {
			print(`${name}_p${percent}_ms`, percentile(values, percent), 'ms');
		}
	}
}

function print(figure: string, value: number, unit: string): void {
	process.stdout.write(`${JSON.stringify({ figure, value: Math.round(value * 10) / 10, unit })}\n`);
}
