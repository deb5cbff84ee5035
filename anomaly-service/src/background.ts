import { HOUR_MS, MINUTE_MS } from '../../core/durations.ts';
import { readAgain, type ServiceParts } from './build.ts';
import { countWhatIsDue } from './stages/countsDue.ts';
import { detect } from './stages/detect.ts';
import { ALIVE_EVERY_MS } from './stages/peers.ts';
import { scoreSnapshots } from './stages/score.ts';
import { soloJob } from './stages/soloJobs.ts';
import { Ticker } from './ticker.ts';

const EXPIRE_EVERY_MS = 1000;
/** Leases of a replica that died are its tenants' next ask, or this, whichever comes first. */
const SWEEP_EVERY_MS = 30_000;
const DELIVER_EVERY_MS = 1000;
const FORGET_EVERY_MS = MINUTE_MS;
const PRUNE_EVERY_MS = HOUR_MS;
const REFRESH_EVERY_MS = 10 * MINUTE_MS;
const PROBE_EVERY_MS = 500;
/** What a lost broadcast kept from a replica is known here within 5 s. */
const READ_AGAIN_EVERY_MS = 4000;
const CANARY_EVERY_MS = MINUTE_MS;
/** A lease is longer than the interval, so that whoever does a job goes on doing it. */
const LEASE_INTERVALS = 3;

/** Starts what runs beside the requests. */
export function buildBackground(parts: ServiceParts): Ticker {
	const ticker = new Ticker(parts.log);
	everyReplica(ticker, parts);
	oneReplica(ticker, parts);
	return ticker;
}

function everyReplica(ticker: Ticker, parts: ServiceParts): void {
	const { activities, actor, broadcast, canary, clock, dispatcher, peers, watch } = parts;
	const readNow = (what: string, reading: Promise<void>) => {
		reading.catch((error: unknown) =>
			parts.log.error({ err: error, what }, 'change not read; it is within seconds'),
		);
	};
	ticker.every(ALIVE_EVERY_MS, 'say alive', () => peers.sayAlive());
	ticker.every(PROBE_EVERY_MS, 'look at the counter store', () => watch.probe());
	ticker.every(READ_AGAIN_EVERY_MS, 'read again', () => readAgain(parts));
	ticker.every(EXPIRE_EVERY_MS, 'expire reservations', () => expireOwn(parts));
	ticker.every(DELIVER_EVERY_MS, 'record incidents', () => actor.recordPending());
	const { scheduler, resumer } = parts.queueWorkers;
	ticker.every(DELIVER_EVERY_MS, 'release waiting calls', () => scheduler.run());
	ticker.every(DELIVER_EVERY_MS, 'resume calls', () => resumer.run());
	ticker.every(DELIVER_EVERY_MS, 'deliver webhooks', () => dispatcher.run());
	ticker.every(FORGET_EVERY_MS, 'forget old activity', async () => activities.forget(clock.now()));
	ticker.every(CANARY_EVERY_MS, 'ask as the canary', () => canary.run(clock.now()));
	broadcast.listen(({ message }) => {
		if (message.kind === 'keysChanged') readNow('keys', parts.keys.load());
		if (message.kind === 'limitsChanged') readNow('limits', parts.limitBook.load());
		if (message.kind === 'pricesChanged') readNow('prices', parts.priceDesk.load());
	});
	broadcast.onGap(() => {
		readAgain(parts)
			.then(() => watch.ask(() => parts.breakers.restoreStore()))
			.catch((error: unknown) => parts.log.error({ err: error }, 'could not read again'));
	});
}

/** Books and records the leases granted here that have run out. */
async function expireOwn({ clock, leases, warm, watch }: ServiceParts): Promise<void> {
	const due = await watch.ask(() => warm.plantOverdue(clock.now()));
	if (due !== undefined && due.length > 0) await leases.run(due);
}

/** What one replica does for all. */
function oneReplica(ticker: Ticker, parts: ServiceParts): void {
	const { baselines, broadcast, clock, config, database, leases } = parts;
	const solo = (intervalMs: number, name: string, run: () => Promise<unknown>) => {
		const job = { name, leaseMs: LEASE_INTERVALS * intervalMs, run };
		ticker.every(intervalMs, name, soloJob({ database, holder: broadcast.self, clock }, job));
	};
	solo(SWEEP_EVERY_MS, 'sweep leases', () => leases.run());
	solo(SWEEP_EVERY_MS, 'count what is due', () => countWhatIsDue(parts, clock.now()));
	solo(PRUNE_EVERY_MS, 'prune', () =>
		database.call('prune', { now: new Date(clock.now()).toISOString() }),
	);
	solo(PRUNE_EVERY_MS, 'prune queue', () =>
		database.call('prune_calls', { now: new Date(clock.now()).toISOString() }),
	);
	// One job for both: who scores has the baselines at hand that it fitted.
	const behaviour = { database, holder: broadcast.self, clock };
	const leaseMs = LEASE_INTERVALS * config.scoreIntervalMs;
	const run = (what: () => Promise<unknown>) =>
		soloJob(behaviour, { name: 'behaviour', leaseMs, run: what });
	ticker.every(
		config.scoreIntervalMs,
		'score snapshots',
		run(() => scoreTick(parts)),
	);
	ticker.every(
		REFRESH_EVERY_MS,
		'refresh baselines',
		run(() => baselines.refreshStale(clock.now())),
	);
}

async function scoreTick(parts: ServiceParts): Promise<void> {
	const now = parts.clock.now();
	const latest = await scoreSnapshots(parts, now);
	for (const tenantId of parts.scores.keys()) {
		if (!latest.has(tenantId)) parts.scores.delete(tenantId);
	}
	for (const [tenantId, scores] of latest) parts.scores.set(tenantId, scores);
	for (const [tenantId, scores] of latest) {
		await detect(parts, { runsOn: 'tick', tenantId, asOf: now, scores });
	}
}
