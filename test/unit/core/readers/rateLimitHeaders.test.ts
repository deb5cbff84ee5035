import fc from 'fast-check';
import {
	isRateLimitHeader,
	readRateLimitHeaders,
} from '../../../../core/readers/rateLimitHeaders.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const MINUTE = { kind: 'rolling', windowMs: 60_000 };
const DAY = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };

const read = (headers: Record<string, string>, provider = 'openai', statusCode = 200) =>
	readRateLimitHeaders({ provider, statusCode, headers }, NOW);

describe('headers in the form of OpenAI', () => {
	it('tell limit, what remains, and when all of it is back', () => {
		const { observed, throttledUntil } = read({
			'x-ratelimit-limit-requests': '500',
			'x-ratelimit-remaining-requests': '499',
			'x-ratelimit-reset-requests': '120ms',
			'x-ratelimit-limit-tokens': '30000',
			'x-ratelimit-remaining-tokens': '29993',
			'x-ratelimit-reset-tokens': '14ms',
			'x-request-id': 'req_1',
		});

		expect(observed).toEqual([
			{ unit: 'requests', window: MINUTE, limit: 500, remaining: 499, resetsAt: NOW + 120 },
			{ unit: 'tokens', window: MINUTE, limit: 30_000, remaining: 29_993, resetsAt: NOW + 14 },
		]);
		expect(throttledUntil).toBeNull();
	});

	it('tell the limit of the day where one request takes long to come back', () => {
		const { observed } = read({
			'x-ratelimit-limit-requests': '10000',
			'x-ratelimit-remaining-requests': '9999',
			'x-ratelimit-reset-requests': '8.64s',
		});

		expect(observed).toMatchObject([{ unit: 'requests', window: DAY, resetsAt: NOW + 8640 }]);
	});

	it('of Groq tell requests of the day and tokens of the minute', () => {
		const { observed } = read(
			{
				'x-ratelimit-limit-requests': '1000',
				'x-ratelimit-remaining-requests': '955',
				'x-ratelimit-reset-requests': '1h4m48s',
				'x-ratelimit-limit-tokens': '8000',
				'x-ratelimit-remaining-tokens': '7927',
				'x-ratelimit-reset-tokens': '547ms',
			},
			'groq',
		);
		const [unused] = read({ 'x-ratelimit-limit-requests': '1000' }, 'groq').observed;

		expect(observed).toMatchObject([
			{ unit: 'requests', window: DAY, resetsAt: NOW + 3_888_000 },
			{ unit: 'tokens', window: MINUTE, resetsAt: NOW + 547 },
		]);
		expect(unused).toMatchObject({ window: DAY });
	});

	it('of Azure tell nothing where they are negative or of a limit of 0', () => {
		const { observed } = read({
			'x-ratelimit-limit-requests': '-1',
			'x-ratelimit-remaining-requests': '-1',
			'x-ratelimit-limit-tokens': '0',
			'x-ratelimit-remaining-tokens': '0',
		});

		expect(observed).toEqual([]);
	});

	it('never tell that more remains than there is', () => {
		const { observed } = read({
			'x-ratelimit-limit-tokens': '100',
			'x-ratelimit-remaining-tokens': '101',
		});

		expect(observed).toMatchObject([{ limit: 100, remaining: 100 }]);
	});
});

describe('headers in the form of Anthropic', () => {
	const headers = {
		'anthropic-ratelimit-requests-limit': '5000',
		'anthropic-ratelimit-requests-remaining': '4999',
		'anthropic-ratelimit-requests-reset': '2026-10-14T12:00:01Z',
		'anthropic-ratelimit-input-tokens-limit': '5000000',
		'anthropic-ratelimit-input-tokens-remaining': '4999000',
		'anthropic-ratelimit-input-tokens-reset': '2026-10-14T14:00:01.5+02:00',
		'anthropic-ratelimit-output-tokens-limit': '1000000',
		'anthropic-ratelimit-output-tokens-remaining': '1000000',
		'anthropic-ratelimit-output-tokens-reset': '2026-10-14T12:00:00Z',
		'anthropic-ratelimit-tokens-limit': '6000000',
		'anthropic-ratelimit-tokens-remaining': '5999000',
	};

	it('tell input and output apart, and what both together repeat is left out', () => {
		expect(read(headers, 'anthropic').observed).toEqual([
			{ unit: 'requests', window: MINUTE, limit: 5000, remaining: 4999, resetsAt: NOW + 1000 },
			{
				unit: 'uncachedInputTokens',
				window: MINUTE,
				limit: 5_000_000,
				remaining: 4_999_000,
				resetsAt: NOW + 1500,
			},
			{
				unit: 'outputTokens',
				window: MINUTE,
				limit: 1_000_000,
				remaining: 1_000_000,
				resetsAt: NOW,
			},
		]);
	});

	it('tell tokens where they tell nothing else of them', () => {
		const { observed } = read({ 'anthropic-ratelimit-tokens-limit': '6000000' }, 'anthropic');

		expect(observed).toEqual([{ unit: 'tokens', window: MINUTE, limit: 6_000_000 }]);
	});
});

describe('a vendor that wants to be left alone', () => {
	it.each([
		['seconds', { 'retry-after': '20' }, 20_000],
		['fractions of a second', { 'retry-after': '0.5' }, 500],
		['milliseconds, which are exact', { 'retry-after': '1', 'retry-after-ms': '695' }, 695],
		['a date', { 'retry-after': 'Wed, 14 Oct 2026 12:00:30 GMT' }, 30_000],
		[
			'the reset of what is used up',
			{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '79s' },
			79_000,
		],
		['far too long, which is taken as a day', { 'retry-after': '2000000' }, 86_400_000],
	])('says so in %s', (_what, headers, waitMs) => {
		expect(read(headers, 'openai', 429).throttledUntil).toBe(NOW + waitMs);
	});

	it('says so when it is overloaded too', () => {
		expect(read({ 'retry-after': '5' }, 'anthropic', 529).throttledUntil).toBe(NOW + 5000);
		expect(read({ 'retry-after': '5' }, 'anthropic', 503).throttledUntil).toBe(NOW + 5000);
	});

	it('is not throttling when the money is gone, or when the call went well', () => {
		expect(read({ 'x-should-retry': 'false' }, 'anthropic', 429).throttledUntil).toBeNull();
		expect(read({ 'retry-after': '5' }).throttledUntil).toBeNull();
		expect(read({ 'retry-after': '0' }, 'openai', 429).throttledUntil).toBeNull();
	});
});

describe('junk', () => {
	const names = ['limit', 'remaining', 'reset'].flatMap((what) => [
		`x-ratelimit-${what}-requests`,
		`x-ratelimit-${what}-tokens`,
		`anthropic-ratelimit-requests-${what}`,
		`anthropic-ratelimit-input-tokens-${what}`,
	]);
	const junk = fc.oneof(
		fc.string(),
		fc.constantFrom('', '1e9', '0x10', '-5', '9'.repeat(40), '5m5', 'ms', '1..2s', 'Infinity'),
		fc.constantFrom('2026-13-45T99:99:99Z', '2026-10-14', '999999999999d', '__proto__'),
		fc.integer().map(String),
	);

	it('never throws, and tells only whole numbers and real instants', () => {
		fc.assert(
			fc.property(
				fc.dictionary(fc.constantFrom(...names, 'retry-after', 'retry-after-ms'), junk),
				fc.constantFrom(200, 429, 500, 529),
				(headers, statusCode) => {
					const { observed, throttledUntil } = read(headers, 'openai', statusCode);
					const numbers = observed.flatMap(({ limit = 1, remaining = 0, resetsAt = 0 }) => [
						limit,
						remaining,
						resetsAt,
					]);

					expect([...numbers, throttledUntil ?? 0].every(isInstantOrCount)).toBe(true);
				},
			),
		);
	});

	it.each(['5m5', '1..2s', 'ms', '999999999d', '-1s', ''])('a reset of "%s" is none', (reset) => {
		const { observed } = read({
			'x-ratelimit-limit-tokens': '5',
			'x-ratelimit-reset-tokens': reset,
		});

		expect(observed).toEqual([{ unit: 'tokens', window: MINUTE, limit: 5 }]);
	});

	it('of other headers is told apart by name', () => {
		expect(isRateLimitHeader('Retry-After')).toBe(true);
		expect(isRateLimitHeader('anthropic-ratelimit-output-tokens-reset')).toBe(true);
		expect(isRateLimitHeader('x-ratelimit-reset-tokens')).toBe(true);
		expect(isRateLimitHeader('set-cookie')).toBe(false);
		expect(isRateLimitHeader('authorization')).toBe(false);
	});
});

function isInstantOrCount(value: number): boolean {
	return Number.isSafeInteger(value) && value >= 0;
}
