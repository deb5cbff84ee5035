import fc from 'fast-check';
import { NodeApiError, type INode } from 'n8n-workflow';
import { classifyVendorError } from '../../../../core/readers/vendorErrors.ts';
import { NOW } from '../../../support/vendorErrors/cases.ts';
import { GIVEN_UP, PERMANENT } from '../../../support/vendorErrors/permanent.ts';
import { openAi } from '../../../support/vendorErrors/thrown.ts';
import { TRANSIENT, WITHOUT_ANSWER } from '../../../support/vendorErrors/transient.ts';

const HOUR = 3_600_000;

describe('a call that may work later', () => {
	it.each(TRANSIENT)('of $vendor: $says', ({ error, kind, waitMs }) => {
		const told = classifyVendorError(error, NOW);

		expect(told).toMatchObject({ kind, isTransient: true, answered: true });
		expect(told.retryAfterMs).toBe(waitMs);
	});

	it.each(WITHOUT_ANSWER)('without an answer, of $vendor: $says', ({ error, kind }) => {
		expect(classifyVendorError(error, NOW)).toMatchObject({
			...{ kind, isTransient: true, answered: false, status: undefined },
		});
	});
});

describe('a call that is never retried', () => {
	it.each(PERMANENT)('of $vendor: $says', ({ error, kind, waitMs }) => {
		const told = classifyVendorError(error, NOW);

		expect(told).toMatchObject({ kind, isTransient: false });
		expect(told.retryAfterMs).toBe(waitMs);
	});

	it.each(GIVEN_UP)('of $vendor: $says', ({ error, kind }) => {
		expect(classifyVendorError(error, NOW)).toMatchObject({
			...{ kind, isTransient: false, answered: false, retryAfterMs: undefined },
		});
	});
});

describe('x-should-retry', () => {
	it('counts more than the status', () => {
		const no = openAi({}, { status: 500, headers: { 'x-should-retry': 'false' } });
		const yes = openAi({}, { status: 400, headers: { 'x-should-retry': 'true' } });

		expect(classifyVendorError(no, NOW)).toMatchObject({ kind: 'serverError', isTransient: false });
		expect(classifyVendorError(yes, NOW)).toMatchObject({ isTransient: true });
	});

	it('counts less than the code', () => {
		const headers = { 'x-should-retry': 'true' };
		const error = openAi({ code: 'insufficient_quota' }, { status: 429, headers });

		expect(classifyVendorError(error, NOW).isTransient).toBe(false);
	});
});

describe('the headers about limits', () => {
	const limits = { 'x-ratelimit-remaining-tokens': '0', 'retry-after': '2' };

	it('are told, and no other', () => {
		const secrets = { authorization: 'Bearer sk', 'set-cookie': 'a=b', 'x-should-retry': 'true' };
		const error = openAi({}, { status: 429, headers: { ...limits, ...secrets } });

		expect(classifyVendorError(error, NOW).rateLimitHeaders).toEqual(limits);
	});

	it.each([
		['a record', { 'X-RateLimit-Remaining-Tokens': 0, 'Retry-After': ['2', '3'] }],
		['a Map', new Map(Object.entries(limits))],
		['Headers', new Headers(limits)],
	])('are told of %s', (_what, headers) => {
		const axios = Object.assign(new Error(), { response: { status: 429, headers, data: {} } });

		expect(classifyVendorError(axios, NOW)).toMatchObject({
			...{ kind: 'rateLimited', status: 429, retryAfterMs: 2000, rateLimitHeaders: limits },
		});
	});

	it('are told of an answer that is thrown itself', () => {
		const response = new Response('', { status: 429, headers: limits });

		expect(classifyVendorError(response, NOW)).toMatchObject({
			...{ kind: 'rateLimited', status: 429, rateLimitHeaders: limits },
		});
	});
});

describe('an error that n8n has wrapped into one of its own', () => {
	const node: INode = {
		...{ id: '1', name: 'Model', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} },
	};

	it.each([...TRANSIENT, ...PERMANENT])('says the same, of $vendor: $says', ({ error }) => {
		const wrapped = Object.assign(new NodeApiError(node, {}), { cause: error });

		expect(classifyVendorError(wrapped, NOW)).toEqual(classifyVendorError(error, NOW));
	});
});

describe('junk', () => {
	const key = fc.constantFrom(
		'status',
		'error',
		'cause',
		'headers',
		'message',
		'code',
		'body',
		'x',
	);
	const thrown = fc.letrec<{ any: unknown }>((tie) => ({
		any: fc.oneof(
			{ maxDepth: 4 },
			fc.anything(),
			fc.constantFrom(429, '529', '{"error":', 'insufficient_quota', 1e9, -1, 'retry in 9h9'),
			fc.dictionary(key, tie('any')),
		),
	})).any;

	it('never throws, and waits no longer than a month', () => {
		fc.assert(
			fc.property(thrown, (error) => {
				const { retryAfterMs = 0, status = 400 } = classifyVendorError(error, NOW);

				expect(retryAfterMs).toBeGreaterThanOrEqual(0);
				expect(retryAfterMs).toBeLessThanOrEqual(31 * 24 * HOUR);
				expect(status).toBeGreaterThanOrEqual(100);
			}),
		);
	});

	it('that holds itself is read to its end', () => {
		const error: Record<string, unknown> = { status: 429 };
		error['cause'] = error;
		error['error'] = [error, { error }];

		expect(classifyVendorError(error, NOW).kind).toBe('rateLimited');
	});
});
