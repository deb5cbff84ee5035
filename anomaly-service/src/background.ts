import { HOUR_MS, MINUTE_MS } from '../../core/durations.ts';
import type { ServiceParts } from './build.ts';
import { detect } from './stages/detect.ts';
import { scoreSnapshots } from './stages/score.ts';
import { Ticker } from './ticker.ts';

const EXPIRE_EVERY_MS = 1000;
const DELIVER_EVERY_MS = 1000;
const FORGET_EVERY_MS = MINUTE_MS;
const PRUNE_EVERY_MS = HOUR_MS;
const REFRESH_EVERY_MS = 10 * MINUTE_MS;

/** Starts what runs beside the requests. */
export function buildBackground(parts: ServiceParts): Ticker {
	const { activities, actor, baselines, clock, config, counters, database } = parts;
	const { dispatcher, log, metrics } = parts;
	const ticker = new Ticker(log);

	ticker.every(EXPIRE_EVERY_MS, 'expire reservations', async () => {
		for (const { reservationId, tenantId } of await counters.expire(clock.now())) {
			metrics.expiredHolds.inc();
			log.warn(
				{ reservationId, tenantId },
				'reservation expired unsettled; its estimate was booked',
			);
		}
	});
	ticker.every(DELIVER_EVERY_MS, 'record incidents', () => actor.recordPending());
	ticker.every(DELIVER_EVERY_MS, 'deliver webhooks', () => dispatcher.run());
	ticker.every(PRUNE_EVERY_MS, 'prune', () =>
		database.call('prune', { now: new Date(clock.now()).toISOString() }),
	);
	ticker.every(config.scoreIntervalMs, 'score snapshots', () => scoreTick(parts));
	ticker.every(FORGET_EVERY_MS, 'forget old activity', async () => activities.forget(clock.now()));
	ticker.every(REFRESH_EVERY_MS, 'refresh baselines', () => baselines.refreshStale(clock.now()));
	return ticker;
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
