import { formatUsd, type MicroCents } from '../core/money.ts';
import { backfill, learnBaselines } from './backfill.ts';
import { createClient } from './client.ts';
import { costWithoutFuse } from './counterfactual.ts';
import { play, type Played } from './liveTraffic.ts';
import { startReceiver, type Message } from './receiver.ts';
import type { ReplayClock } from './replayClock.ts';
import { summary } from './summary.ts';
import { runaway } from './traffic/runaway.ts';
import { loadTenants, RUNAWAY_TENANT_ID } from './traffic/tenants.ts';
import { live } from './traffic/traffic.ts';

export type ReplayOptions = {
	url: string;
	key: string;
	clock: ReplayClock;
	/** Replayed seconds a second. */
	speed: number;
	capMicroCents: MicroCents;
};

const MINUTE_MS = 60_000;
/** Long enough for minute one, the trip in minute two, and refusals after it. */
const LIVE_MINUTES = 2.5;
const DAY_MINUTES = 1440;

/** Eight tenants on real traffic, one of them runs away: what the fuse does, live and summed up. */
export async function replay({
	url,
	key,
	clock,
	speed,
	capMicroCents,
}: ReplayOptions): Promise<void> {
	const client = createClient(url, key);
	const tenants = loadTenants();
	// Ends before the present, so that the clock never has to step back.
	const from = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS;
	const print = (line: string) => process.stdout.write(`${line}\n`);

	print(
		`\nLLM Fuse replay: ${tenants.length} tenants on real LLM traffic (ServeGen, Alibaba, Apache-2.0)`,
	);
	clock.start(from, 1);
	const started = performance.now();
	const events = await backfill(client, tenants, from);
	print(`  learned  ${events} calls of seven days in ${seconds(performance.now() - started)}`);
	const snapshots = await learnBaselines(client, tenants);
	print(`  fitted   ${tenants.length} baselines on ${snapshots} snapshots, as vectors in pgvector`);

	const messages: Message[] = [];
	const receiver = await startReceiver((message) => {
		messages.push(message);
		const what = message.type === 'breaker.opened' ? 'TRIPPED' : 'flagged';
		print(
			`  ${what}  ${message.data.tenantId} by ${message.data.rule} ${JSON.stringify(message.data.evidence)}`,
		);
	});
	await client.post('/v1/webhooks', {
		url: receiver.url,
		events: ['breaker.opened', 'spend.anomaly.detected'],
	});

	print(
		`  live     ${RUNAWAY_TENANT_ID} now lets an agent call itself; a replayed minute takes ${seconds(MINUTE_MS / speed)}\n`,
	);
	clock.start(from, speed);
	const played: Played[] = [];
	const report = progress(from, print);
	for await (const step of play(client, clock, scheduleOf(tenants, from))) {
		played.push(step);
		report(step);
	}
	clock.stop();
	receiver.close();

	const withoutFuse = await costWithoutFuse(RUNAWAY_TENANT_ID, { from, minutes: DAY_MINUTES });
	print(
		summary({
			from,
			played,
			messages,
			withoutFuse,
			capMicroCents,
			runawayTenantId: RUNAWAY_TENANT_ID,
		}),
	);
	print(`The service stays up. Its page: ${url}/#key=${key}`);
	print(
		'Stop it with Ctrl+C. This replay keeps nothing; npm start -- --no-replay is the plain service.',
	);
}

function scheduleOf(tenants: ReturnType<typeof loadTenants>, from: number) {
	const usual = tenants.flatMap((tenant) => [...live(tenant, { from, minutes: LIVE_MINUTES })]);
	const loop = [...runaway({ tenantId: RUNAWAY_TENANT_ID, from, minutes: LIVE_MINUTES })];

	return [
		...usual.map((call) => ({ call, isRunaway: false })),
		...loop.map((call) => ({ call, isRunaway: true })),
	].sort((a, b) => a.call.at - b.call.at);
}

/** Says every ten replayed seconds what the runaway has done so far. */
function progress(from: number, print: (line: string) => void): (step: Played) => void {
	let next = 10;
	let calls = 0;
	let refused = 0;
	let spent = 0;
	return ({ call, isRunaway, allowed, costMicroCents }) => {
		const second = (call.at - from) / 1000;
		while (second >= next) {
			print(
				`  ${clockText(next)}    runaway: ${calls} calls, ${formatUsd(spent)} USD spent, ${refused} refused`,
			);
			next += 10;
		}
		if (!isRunaway) return;
		if (allowed) calls += 1;
		else refused += 1;
		spent += costMicroCents;
	};
}

function clockText(second: number): string {
	return `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
}

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}
