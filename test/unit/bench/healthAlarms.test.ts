import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDetectors } from '../../../anomaly-service/src/detectors/index.ts';
import { findingsOf, type Surroundings } from '../../../anomaly-service/src/detectors/detector.ts';
import { readConfig } from '../../../anomaly-service/src/config.ts';
import { TenantActivity } from '../../../anomaly-service/src/stages/tenantActivity.ts';
import { FIRST_MINUTE } from '../../../bench/detection/calendar.ts';
import { readClients, type Client } from '../../../bench/detection/clients.ts';
import { identifyOrdinary } from '../../../bench/detection/identity.ts';
import { callOf } from '../../../bench/detection/product/calls.ts';
import { seededBy } from '../../../bench/detection/random.ts';
import { requestMaker } from '../../../bench/detection/request.ts';
import { ordinaryRequests } from '../../../bench/detection/traffic.ts';
import { addCall, emptySums, type Call } from '../../../core/behaviour/minuteSums.ts';
import { fitLatencyLines } from '../../../core/behaviour/latencyLines.ts';
import type { Levels } from '../../../core/behaviour/levels.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import { ROOT } from '../../support/paths.ts';
import { NOTHING_AROUND } from '../../support/healthView.ts';

const TRACES = join(ROOT, '../shared/data/traces/servegen/clients.json.gz');
const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** Of 36: all of them take minutes, and ring as often (0.78 times a week, all by noData). */
const EVERY_CLIENT = 3;
const LOOK_EVERY_MINUTES = 5;
/** An alert is over after so long without a finding. */
const OVER_AFTER_MS = 15 * MINUTE_MS;

const detectors = createDetectors(
	readConfig({ FUSE_DETECTORS_OFF: 'spendCap,spikeRatio,vectorDistance' }),
);

/** Two weeks of one real client in which nothing went wrong but what did in the trace itself. */
function callsOf(client: Client): Call[] {
	const random = seededBy(`health/${client.id}`);
	const perMinute = random.logRange(0.5, 20);
	const habits = {
		shift: random.int(24) * 6,
		growth: random.pick([0, 0, 0.01, 0.05]),
		errorRate: random.logRange(0.003, 0.08),
	};
	const maker = requestMaker(random, random.range(0, 0.9));
	const requests = ordinaryRequests([{ client, perMinute }], habits, { random, maker });
	identifyOrdinary(requests, 1, seededBy(`identity/${client.id}`));

	return requests.map(callOf);
}

/** How often each rule rang in the second week, looked at every few minutes; baselines are fitted at midnight. */
function alarmsOf(client: Client): Map<string, number> {
	const activity = new TenantActivity();
	const calls = callsOf(client);
	const sums = emptySums();
	const seenAt = new Map<string, number>();
	const alarms = new Map<string, number>();
	let next = 0;
	let surroundings: Surroundings = NOTHING_AROUND;
	for (let minute = 0; minute < 2 * WEEK_MINUTES; minute++) {
		const asOf = (FIRST_MINUTE + minute + 1) * MINUTE_MS - 1;
		for (let call = calls[next]; call && call.at <= asOf; call = calls[++next]) {
			activity.observe(call, asOf);
			addCall(sums, call, false);
		}
		if (minute % 30 === 0) activity.forget(asOf);
		if (minute % DAY_MINUTES === 0 && minute > 0) {
			const latencyLines = fitLatencyLines(sums.cells);
			surroundings = { ...NOTHING_AROUND, levels: { latencyLines } as unknown as Levels };
		}
		if (minute < WEEK_MINUTES || minute % LOOK_EVERY_MINUTES !== 0) continue;
		const view = { tenantId: 'acme', asOf, activity, score: undefined, surroundings };
		for (const { rule } of detectors.flatMap((detector) => findingsOf(detector, view))) {
			const isNew = asOf - (seenAt.get(rule) ?? 0) > OVER_AFTER_MS;
			seenAt.set(rule, asOf);
			if (isNew) alarms.set(rule, (alarms.get(rule) ?? 0) + 1);
		}
	}
	return alarms;
}

/** Without the traces, which lie beside a checkout or not at all, there is nothing to measure. */
const withTraces = existsSync(TRACES) ? describe : describe.skip;

withTraces('on ordinary traffic of real clients', () => {
	it('no detector of health rings more than once in a tenant-week', () => {
		const clients = readClients(TRACES).filter((_, index) => index % EVERY_CLIENT === 0);
		const alarms = new Map<string, number>();
		for (const client of clients) {
			for (const [rule, times] of alarmsOf(client)) {
				alarms.set(rule, (alarms.get(rule) ?? 0) + times);
			}
		}
		const perTenantWeek = new Map(
			[...alarms].map(([rule, times]) => [rule, times / clients.length] as const),
		);

		expect(clients.length).toBeGreaterThan(10);
		for (const times of perTenantWeek.values()) expect(times).toBeLessThan(1);
	}, 300_000);
});
