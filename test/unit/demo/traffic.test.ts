import { toUsageEvent, type DemoCall } from '../../../demo/traffic/call.ts';
import { loadTenants, RUNAWAY_TENANT_ID } from '../../../demo/traffic/tenants.ts';
import { live, week } from '../../../demo/traffic/traffic.ts';

const UNTIL = Date.parse('2026-11-21T09:00:00Z');
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const TENANTS = loadTenants();
const WEEKS = TENANTS.map((tenant) => [...week(tenant, { until: UNTIL })]);
const HOURS = TENANTS.map((tenant) => [...live(tenant, { from: UNTIL, minutes: 60 })]);

const inOrder = (calls: DemoCall[]) =>
	calls.every(({ at }, i) => at >= (calls[i - 1]?.at ?? -Infinity));

describe('the traffic of the demo', () => {
	it('is the same for the same seed, and another for another', () => {
		const [tenant] = TENANTS.slice(-1);
		const again = tenant ? [...week(tenant, { until: UNTIL })] : [];
		const other = tenant ? [...week(tenant, { until: UNTIL, seed: 'other' })] : [];

		expect(again).toEqual(WEEKS.at(-1));
		expect(other).not.toEqual(again);
	});

	it('has 25,000 to 35,000 calls of eight tenants in a week', () => {
		const total = WEEKS.reduce((sum, calls) => sum + calls.length, 0);

		expect(WEEKS).toHaveLength(8);
		expect(total).toBeGreaterThan(25_000);
		expect(total).toBeLessThan(35_000);
	});

	it('makes as many calls per tenant as its size says, within a tenth', () => {
		const perMinute = WEEKS.map((calls) => calls.length / (WEEK_MS / 60_000));

		TENANTS.forEach(({ callsPerMinute }, i) => {
			expect(Math.abs((perMinute[i] ?? 0) / callsPerMinute - 1)).toBeLessThan(0.1);
		});
	});

	it('stays within the week before and the minutes after, in order of time', () => {
		for (const calls of WEEKS) {
			expect(calls.every(({ at }) => at >= UNTIL - WEEK_MS && at < UNTIL)).toBe(true);
			expect(inOrder(calls)).toBe(true);
		}
		for (const calls of HOURS) {
			expect(calls.every(({ at }) => at >= UNTIL && at < UNTIL + HOUR_MS)).toBe(true);
			expect(inOrder(calls)).toBe(true);
		}
	});

	it('shows the day of the real client: the busiest hour has many times the calls of the quietest', () => {
		const hours = new Array<number>(24).fill(0);
		for (const { at } of WEEKS.at(-1) ?? []) {
			const hour = Math.floor(at / HOUR_MS) % 24;
			hours[hour] = (hours[hour] ?? 0) + 1;
		}

		expect(Math.max(...hours)).toBeGreaterThan(10 * Math.min(...hours));
	});

	it('has the tenant of the incident at 2 to 5 calls a minute in the hour that is replayed', () => {
		const calls = HOURS[TENANTS.findIndex(({ tenantId }) => tenantId === RUNAWAY_TENANT_ID)] ?? [];

		expect(calls.length / 60).toBeGreaterThan(2);
		expect(calls.length / 60).toBeLessThan(5);
	});

	it('goes on past the hour of the trace', () => {
		const [tenant] = TENANTS;
		const calls = tenant ? [...live(tenant, { from: UNTIL, minutes: 180 })] : [];

		expect(calls.some(({ at }) => at > UNTIL + 2 * HOUR_MS)).toBe(true);
	});

	it('never caches more than the prompt and never bills a failed call', () => {
		const calls = WEEKS.flat();
		const failed = calls.filter(({ ok }) => !ok);

		expect(calls.every(({ input, cached }) => input >= 1 && cached >= 0 && cached <= input)).toBe(
			true,
		);
		expect(failed.length / calls.length).toBeCloseTo(0.02, 2);
		expect(failed.every((call) => sum(toUsageEvent(call).data.usage) === 0)).toBe(true);
	});
});

describe('toUsageEvent', () => {
	const events = [...WEEKS.flat(), ...HOURS.flat()].map(toUsageEvent);

	it('gives every event of every tenant and phase an id of its own', () => {
		expect(new Set(events.map(({ source, id }) => `${source}/${id}`)).size).toBe(events.length);
	});

	it('splits the prompt into disjoint buckets', () => {
		const call = WEEKS[0]?.find(({ cached, ok }) => ok && cached > 0);
		const usage = call && toUsageEvent(call).data.usage;

		expect(usage?.cacheRead).toBe(call?.cached);
		expect(usage && usage.inputUncached + usage.cacheRead).toBe(call?.input);
	});

	it('names the tenant, the endpoint and the time the call finished', () => {
		const event = toUsageEvent({ ...firstCall(), at: UNTIL });

		expect(event.subject).toBe('acme-support');
		expect(event.time).toBe('2026-11-21T09:00:00.000Z');
		expect(event.data.endpoint).toBe('api.openai.com/v1/chat/completions');
	});
});

function firstCall(): DemoCall {
	const call = WEEKS[0]?.[0];
	if (!call) throw new Error('no call');
	return call;
}

function sum(usage: Record<string, number>): number {
	return Object.values(usage).reduce((total, tokens) => total + tokens, 0);
}
