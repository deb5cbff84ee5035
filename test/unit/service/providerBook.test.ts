import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { StoreUnavailableError } from '../../../anomaly-service/src/ports/database.ts';
import { ProviderBook } from '../../../anomaly-service/src/stages/providerBook.ts';
import type { ProviderMessage } from '../../../anomaly-service/src/stages/providerMessage.ts';
import { NOON, sharedDatabase } from '../../contract/databaseBench.ts';
import { openMemoryDatabase } from '../../support/servers/migratedPglite.ts';

const database = sharedDatabase(openMemoryDatabase);
const BY = { actor: 'key_1', now: NOON };
const NO_OVERRIDES = { overrides: [] };

function makeBook(through: Database = database) {
	const said: ProviderMessage[] = [];
	const stored: string[] = [];
	const warnings: string[] = [];
	const line = (_fields: unknown, message: string) => void warnings.push(message);
	const book = new ProviderBook({
		database: {
			call(name, args) {
				stored.push(name);
				return through.call(name, args);
			},
			close: () => through.close(),
		},
		log: { debug: line, info: line, warn: line, error: line },
		changed: (message) => said.push(message),
	});
	const observe = (headers: Record<string, string>, now = NOON, more: object = {}) =>
		book.observe({ provider: 'openai', model: 'gpt-4o', statusCode: 200, headers, ...more }, now);
	const capacities = (model: string, provider = 'openai') =>
		Object.fromEntries(
			book.limitsFor({ provider, model }).map(({ limit }) => [limit.id, limit.capacity]),
		);
	return { book, said, stored, warnings, observe, capacities };
}

const requests = (limit: number, remaining: number) => ({
	'x-ratelimit-limit-requests': String(limit),
	'x-ratelimit-remaining-requests': String(remaining),
	'x-ratelimit-reset-requests': `${((limit - remaining) * 60_000) / limit}ms`,
});
const THROTTLED = { statusCode: 429 };

afterEach(async () => {
	for (const provider of ['openai', 'anthropic', 'groq']) {
		for (const settings of [{ tier: 'auto', overrides: [] }, null]) {
			await database.call('set_provider_tier', {
				...{ provider, settings, actor: 'test' },
				now: new Date(NOON).toISOString(),
			});
		}
	}
});

describe('the tier of a provider', () => {
	it('makes its limits hold until it is forgotten', async () => {
		const { book, capacities } = makeBook();
		expect(capacities('gpt-4o')).toEqual({});

		await book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY);
		expect(capacities('gpt-4o-2024-08-06')).toEqual({
			'provider-openai-microCents-month': 10_000_000_000,
			'provider-openai/gpt-4o-requests-1m': 500,
			'provider-openai/gpt-4o-tokens-1m': 30_000,
		});

		expect(await book.forgetTier('openai', BY)).toBe(true);
		expect(capacities('gpt-4o')).toEqual({});
		expect(await book.forgetTier('openai', BY)).toBe(false);
	});

	it('survives a restart, with what the operator said and the provider told', async () => {
		const first = makeBook();
		const window = { kind: 'calendar', unit: 'day', timeZone: 'America/Los_Angeles' } as const;
		const overrides = [{ family: null, unit: 'requests' as const, window, capacity: 9 }];
		await first.book.setTier('openai', { tier: '1', overrides }, BY);
		first.observe(requests(700, 650));
		await first.book.stored();

		const second = makeBook();
		await second.book.load(NOON + 1000);
		expect(second.capacities('gpt-4o')).toMatchObject({
			'provider-openai-requests-day@America/Los_Angeles': 9,
			'provider-openai/gpt-4o-requests-1m': 700,
		});
		expect(second.book.state('openai', NOON)?.tier).toBe('1');
	});

	it('is known to the other replicas at once by message, and by reading again without one', async () => {
		const here = makeBook();
		const told = makeBook();
		const reads = makeBook();
		await reads.book.load(NOON);
		await here.book.setTier('anthropic', { tier: 'build', ...NO_OVERRIDES }, BY);
		for (const message of here.said) told.book.apply(JSON.parse(JSON.stringify(message)));
		await reads.book.load(NOON + 5000);

		const limits = here.capacities('claude-opus-5', 'anthropic');
		expect(Object.keys(limits)).toHaveLength(4);
		expect(told.capacities('claude-opus-5', 'anthropic')).toEqual(limits);
		expect(reads.capacities('claude-opus-5', 'anthropic')).toEqual(limits);

		await here.book.forgetTier('anthropic', BY);
		await reads.book.load(NOON + 10_000);
		expect(reads.capacities('claude-opus-5', 'anthropic')).toEqual({});
	});

	it('that is set while the database is read is not undone by what was read', async () => {
		let go: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		const { book, capacities } = makeBook({
			async call(name, args) {
				const result = await database.call(name, args);
				if (name === 'load_providers') await gate;
				return result;
			},
			close: () => database.close(),
		});
		const reading = book.load(NOON);
		await book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY);
		go();
		await reading;

		expect(Object.keys(capacities('gpt-4o'))).toHaveLength(3);
	});

	it('that cannot be stored is not used', async () => {
		const { book, said, capacities } = makeBook({
			call: () => Promise.reject(new StoreUnavailableError('Postgres', undefined)),
			close: () => Promise.resolve(),
		});

		await expect(book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY)).rejects.toThrow(
			'does not answer',
		);
		expect(capacities('gpt-4o')).toEqual({});
		expect(said).toEqual([]);
	});
});

describe('headers', () => {
	it('replace the preset and say how much others have used', async () => {
		const { book, observe, capacities } = makeBook();
		await book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY);

		const [correction, ...rest] = observe(requests(700, 650));

		expect(rest).toEqual([]);
		expect(correction).toMatchObject({
			applied: { limit: { id: 'provider-openai/gpt-4o-requests-1m', capacity: 700 } },
			used: 50,
			remaining: 650,
		});
		expect(capacities('gpt-4o')['provider-openai/gpt-4o-requests-1m']).toBe(700);
		expect(capacities('gpt-4.1')['provider-openai/gpt-4.1-requests-1m']).toBe(500);
	});

	it('count against the provider’s limit also where the operator allows less', async () => {
		const { book, observe } = makeBook();
		const window = { kind: 'rolling', windowMs: 60_000 } as const;
		const override = { family: 'gpt-4o', unit: 'requests' as const, window, capacity: 100 };
		await book.setTier('openai', { tier: '1', overrides: [override] }, BY);

		expect(observe(requests(500, 470))).toMatchObject([
			{ applied: { limit: { capacity: 100 } }, used: 30, remaining: 470 },
		]);
	});

	it('are shown and correct nothing while no tier is set', () => {
		const { book, observe } = makeBook();

		expect(observe(requests(700, 650))).toEqual([]);
		expect(book.limitsFor({ provider: 'openai', model: 'gpt-4o' })).toEqual([]);
		expect(book.state('openai', NOON)).toMatchObject({
			tier: null,
			limits: [
				{
					source: 'header',
					limit: { capacity: 700 },
					observed: { limit: 700, remaining: 650, seenAt: NOON },
				},
			],
		});
	});

	it('alone hold on the tier auto, for any provider', async () => {
		const { book, observe, capacities } = makeBook();
		await book.setTier('groq', { tier: 'auto', ...NO_OVERRIDES }, BY);
		const headers = { 'x-ratelimit-limit-tokens': '8000', 'x-ratelimit-limit-requests': '1000' };
		observe(headers, NOON, { provider: 'groq', model: 'llama-3.3-70b-versatile' });

		expect(capacities('llama-3.3-70b-versatile', 'groq')).toEqual({
			'provider-groq/llama-3.3-70b-versatile-tokens-1m': 8000,
			'provider-groq/llama-3.3-70b-versatile-requests-day': 1000,
		});
	});

	it('of an earlier response do not replace those of a later one', async () => {
		const { book, observe, capacities } = makeBook();
		await book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY);
		observe(requests(700, 650), NOON + 1000);
		observe(requests(600, 599), NOON);

		expect(capacities('gpt-4o')['provider-openai/gpt-4o-requests-1m']).toBe(700);
	});

	it('of a minute ago tell a limit, and nothing of what is left now', async () => {
		const { book, observe, capacities } = makeBook();
		await book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY);

		expect(observe(requests(700, 650), NOON, { at: NOON - 60_000 })).toEqual([]);
		expect(capacities('gpt-4o')['provider-openai/gpt-4o-requests-1m']).toBe(700);
		expect(observe(requests(700, 650), NOON, { at: NOON - 59_000 })).toHaveLength(1);
	});

	it('of another tier are forgotten when the tier is set', async () => {
		const { book, observe, capacities } = makeBook();
		await book.setTier('openai', { tier: '1', ...NO_OVERRIDES }, BY);
		observe(requests(500, 499));
		await book.setTier('openai', { tier: '5', ...NO_OVERRIDES }, BY);

		expect(capacities('gpt-4o')['provider-openai/gpt-4o-requests-1m']).toBe(10_000);
	});

	it('of the same provider under another name are its own', async () => {
		const { book, observe } = makeBook();
		await book.setTier('Azure', { tier: 'auto', ...NO_OVERRIDES }, BY);
		observe(requests(60, 59), NOON, { provider: 'azure_openai' });

		const limits = book.limitsFor({ provider: 'azure.ai.openai', model: 'gpt-4o' });
		expect(limits).toHaveLength(1);
		expect(book.summary('azure', NOON)?.tier).toBe('auto');
		await book.forgetTier('azure', BY);
	});
});

describe('a throttled provider', () => {
	it('is left alone until it said, by every replica, for the models it counts together', async () => {
		const here = makeBook();
		await here.book.setTier('anthropic', { tier: 'auto', overrides: [] }, BY);
		const peer = makeBook();
		const opus = { provider: 'anthropic', model: 'claude-opus-4-6' };
		here.observe({ 'retry-after': '30' }, NOON, { ...opus, ...THROTTLED });
		for (const message of here.said) peer.book.apply(JSON.parse(JSON.stringify(message)));

		for (const { book } of [here, peer]) {
			const sibling = { provider: 'anthropic', model: 'claude-opus-4-8' };
			expect(book.throttledUntil(sibling, NOON)).toBe(NOON + 30_000);
			expect(book.throttledUntil({ ...opus, model: 'claude-sonnet-5' }, NOON)).toBeNull();
			expect(book.summary('anthropic', NOON)?.throttledUntil).toBe(NOON + 30_000);
			expect(book.throttledUntil(opus, NOON + 30_000)).toBeNull();
		}
	});

	it('stays so after a restart', async () => {
		const first = makeBook();
		await first.book.setTier('openai', { tier: 'auto', overrides: [] }, BY);
		first.observe({ 'retry-after': '30' }, NOON, THROTTLED);
		await first.book.stored();
		const second = makeBook();
		await second.book.load(NOON);

		const call = { provider: 'openai', model: 'gpt-4o' };
		expect(second.book.throttledUntil(call, NOON + 1000)).toBe(NOON + 30_000);
	});

	it('is only shown while its tier is not set', async () => {
		const { book, observe } = makeBook();
		await book.forgetTier('openai', BY);
		observe({ 'retry-after': '30' }, NOON, THROTTLED);

		expect(book.throttledUntil({ provider: 'openai', model: 'gpt-4o' }, NOON)).toBeNull();
		expect(book.summary('openai', NOON)?.throttledUntil).toBe(NOON + 30_000);
	});
});

describe('what headers say is stored and told', () => {
	it('at most every five seconds while nothing but the rest changes', async () => {
		const { book, observe, said, stored } = makeBook();
		for (let ms = 0; ms < 10_000; ms += 100) observe(requests(500, 490), NOON + ms);
		await book.stored();

		expect(said).toHaveLength(2);
		expect(stored).toHaveLength(2);
	});

	it('at once when a limit changes or a wait begins, and once for the same wait', () => {
		const { observe, said } = makeBook();
		observe(requests(500, 490), NOON);
		observe(requests(600, 590), NOON + 100);
		for (let ms = 200; ms < 1000; ms += 100) {
			observe({ 'retry-after': '20' }, NOON + ms, THROTTLED);
		}

		expect(said).toHaveLength(3);
	});

	it('without a database as well', async () => {
		const { book, observe, warnings } = makeBook({
			call: () => Promise.reject(new StoreUnavailableError('Postgres', undefined)),
			close: () => Promise.resolve(),
		});
		observe(requests(500, 490));
		await book.stored();
		await expect(book.load(NOON)).rejects.toThrow('does not answer');

		expect(warnings).toEqual(['provider limits could not be stored']);
		expect(book.state('openai', NOON)?.limits).toHaveLength(1);
	});

	it('and junk from another replica is not believed', () => {
		const { book } = makeBook();
		const junk = [null, 7, 'x', [], {}, { kind: 'settings' }, { kind: 'settings', provider: 'a' }];
		const odd = {
			kind: 'observation',
			provider: 'openai',
			family: 'gpt-4o',
			limits: [{ unit: 'bananas', window: '1m', limit: 5, seenAt: NOON }, 'x', { seenAt: -1 }],
			throttledUntil: 'soon',
		};
		for (const message of [...junk, odd]) book.apply(message);

		expect(book.state('openai', NOON)?.limits).toEqual([]);
		expect(book.summary('openai', NOON)?.throttledUntil).toBeNull();
	});
});

it('a provider of which nothing is known has no state', () => {
	expect(makeBook().book.state('nobody', NOON)).toBeUndefined();
});
