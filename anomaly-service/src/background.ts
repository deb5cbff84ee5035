import { HOUR_MS, MINUTE_MS } from '../../core/durations.ts';
import { iso } from '../../core/utc.ts';
import { readAgain, type ServiceParts } from './build.ts';
import { endTrials } from './stages/containmentTrials.ts';
import { countWhatIsDue } from './stages/countsDue.ts';
import { renewJudgements } from './stages/judgements.ts';
import { lookAgain } from './stages/lookAgain.ts';
import { ALIVE_EVERY_MS } from './stages/peers.ts';
import { scoreTick } from './stages/scoreTick.ts';
import { soloJob } from './stages/soloJobs.ts';
import { Ticker } from './ticker.ts';

const EXPIRE_EVERY_MS = 1000;
/** Leases of a replica that died are its tenants' next ask, or this, whichever comes first. */
const SWEEP_EVERY_MS = 30_000;
const DELIVER_EVERY_MS = 1000;
/** What a crash can lose of the refusals' audit. */
const WRITE_REFUSALS_EVERY_MS = 100;
/** Well before somebody else counts it anew, a minute after it was recorded. */
const TELL_COUNTED_EVERY_MS = 5000;
/** A message that waits for its turn, or for another try, waits this much longer at most. */
const NOTIFY_EVERY_MS = 2000;
/** A step that waits for another one goes out so long after it at most. */
const CONTAIN_EVERY_MS = 2000;
/** So late people hear of a breaker whose replica died as it opened it, at most. */
const LOOK_AGAIN_EVERY_MS = 5000;
const FORGET_EVERY_MS = MINUTE_MS;
const PRUNE_EVERY_MS = HOUR_MS;
/** A vector takes 330 bytes: 70 MB. */
const EMBEDDINGS_KEPT = 200_000;
const COLLECT_EVERY_MS = MINUTE_MS;
/** Deleted in a second or two: far below the time limit of a statement. */
const PRUNE_AT_A_TIME = 50_000;
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
	ticker.every(WRITE_REFUSALS_EVERY_MS, 'write refusals', () => parts.refusals.run());
	ticker.every(DELIVER_EVERY_MS, 'record incidents', () => actor.recordPending());
	const { scheduler, resumer } = parts.queueWorkers;
	ticker.every(DELIVER_EVERY_MS, 'release waiting calls', () => scheduler.run());
	ticker.every(DELIVER_EVERY_MS, 'resume calls', () => resumer.run());
	ticker.every(DELIVER_EVERY_MS, 'deliver webhooks', () => dispatcher.run());
	ticker.every(TELL_COUNTED_EVERY_MS, 'tell what is counted', () =>
		parts.usageWriter.tellCounted(),
	);
	ticker.every(FORGET_EVERY_MS, 'forget old activity', () => activities.forget(clock.now()));
	ticker.every(CANARY_EVERY_MS, 'ask as the canary', () => canary.run(clock.now()));
	broadcast.listen(({ message }) => {
		if (message.kind === 'keysChanged') readNow('keys', parts.keys.load());
		if (message.kind === 'policiesChanged') readNow('policies', parts.policyBook.load());
		if (message.kind === 'limitsChanged') readNow('limits', parts.limitBook.load());
		if (message.kind === 'pricesChanged') readNow('prices', parts.priceDesk.load());
		if (message.kind === 'baselinesChanged')
			readNow('baselines', parts.baselines.load(parts.clock.now()));
		if (message.kind === 'maintenanceChanged')
			readNow('maintenance windows', parts.maintenance.load(parts.clock.now()));
		if (message.kind === 'alertsChanged')
			readNow('alerts', parts.alertBook.load(parts.clock.now()));
		if (message.kind === 'mutesChanged') readNow('mutes', parts.mutes.load(parts.clock.now()));
		if (message.kind === 'alertRoutingChanged') readNow('alert routing', parts.alertRouting.load());
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
	const { baselineRound, broadcast, clock, config, database, leases } = parts;
	const solo = (intervalMs: number, name: string, run: () => Promise<unknown>) => {
		const job = { name, leaseMs: LEASE_INTERVALS * intervalMs, run };
		ticker.every(intervalMs, name, soloJob({ database, holder: broadcast.self, clock }, job));
	};
	solo(NOTIFY_EVERY_MS, 'sweep notifications', () => parts.notificationSweep.run(clock.now()));
	solo(CONTAIN_EVERY_MS, 'move containment steps on', () => parts.containment.sweep(clock.now()));
	solo(LOOK_AGAIN_EVERY_MS, 'look again', () =>
		lookAgain(parts, { now: clock.now(), withinMs: MINUTE_MS }),
	);
	solo(CONTAIN_EVERY_MS, 'end trials', () => endTrials(parts, clock.now()));
	solo(SWEEP_EVERY_MS, 'sweep leases', () => leases.run());
	solo(SWEEP_EVERY_MS, 'count what is due', () => countWhatIsDue(parts, clock.now()));
	solo(PRUNE_EVERY_MS, 'prune', () =>
		database.call('prune', { now: new Date(clock.now()).toISOString() }),
	);
	solo(PRUNE_EVERY_MS, 'prune commands', () =>
		database.call('prune_commands', { now: iso(clock.now()) }),
	);
	solo(PRUNE_EVERY_MS, 'prune baselines', () =>
		database.call('prune_baselines', { now: new Date(clock.now()).toISOString() }),
	);
	solo(PRUNE_EVERY_MS, 'prune snapshots', () => pruneSnapshots(parts));
	solo(PRUNE_EVERY_MS, 'prune embeddings', () =>
		database.call('prune_embeddings', { now: iso(clock.now()), keep: EMBEDDINGS_KEPT }),
	);
	solo(COLLECT_EVERY_MS, 'collect incident snapshots', () =>
		database.call('collect_incident_snapshots', { now: iso(clock.now()) }),
	);
	solo(PRUNE_EVERY_MS, 'keep usage days', () => keepUsageDays(parts));
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
		run(() => scoreTick(parts, clock.now())),
	);
	ticker.every(
		MINUTE_MS,
		'renew judgements',
		run(() => renewJudgements(parts, clock.now())),
	);
	ticker.every(
		REFRESH_EVERY_MS,
		'refresh baselines',
		run(() => baselineRound.runDue(clock.now())),
	);
}

async function pruneSnapshots({ clock, database }: ServiceParts): Promise<void> {
	const now = new Date(clock.now()).toISOString();
	let removed = PRUNE_AT_A_TIME;
	while (removed >= PRUNE_AT_A_TIME) {
		({ removed } = await database.call('prune_snapshots', { now, limit: PRUNE_AT_A_TIME }));
	}
}

async function keepUsageDays({ clock, usageDays }: ServiceParts): Promise<void> {
	await usageDays.openAhead(clock.now());
	await usageDays.dropOld(clock.now());
}
