import { fieldErrors } from '../../../anomaly-service/src/http/fieldErrors.ts';
import {
	day,
	dayOrInstant,
	duration,
	instant,
	text,
} from '../../../anomaly-service/src/http/schemas/common.ts';
import { jsonDocument } from '../../../anomaly-service/src/http/schemas/jsonDocument.ts';
import { usageBatch } from '../../../anomaly-service/src/http/schemas/usageEvent.ts';
import { webhookUrl } from '../../../anomaly-service/src/http/schemas/webhookUrl.ts';
import { whatIfQuery } from '../../../anomaly-service/src/http/schemas/whatIf.ts';

type Schema = {
	safeParse(input: unknown): { error?: Parameters<typeof fieldErrors>[0] | undefined };
};

function faults(schema: Schema, input: unknown): string[] {
	const { error } = schema.safeParse(input);

	return error ? fieldErrors(error, input).map(({ detail }) => detail) : [];
}

const nested = (depth: number): object => (depth === 1 ? {} : { deeper: nested(depth - 1) });

describe('a batch of usage', () => {
	const form = 'expected an event object or an array of 1 to 1000 events';

	it.each([
		[5, 'number 5'],
		['event', 'a string of 5 characters'],
		[null, 'null'],
		[[], 'an array of 0'],
		[Array(1001).fill({}), 'an array of 1001'],
	])('that is none is told what was expected and what came: %#', (input, got) => {
		expect(faults(usageBatch, input)).toEqual([`${form}, got ${got}`]);
	});
});

describe('free text', () => {
	it('may be anything that Postgres can keep', () => {
		expect(faults(text(20), 'Zeile\n\t👍 é')).toEqual([]);
	});

	it.each(['a\u0000b', '\ud83d', '\udc4d\ud83d'])(
		'without NUL or half a character: %#',
		(input) => {
			expect(faults(text(20), input)).toEqual([
				expect.stringContaining('expected text without NUL'),
			]);
		},
	);
});

describe('an instant', () => {
	it.each(['0000-01-01T00:00:00Z', '1999-12-31T23:59:59Z', '9999-01-01T00:00:00+01:00'])(
		'is of this millennium, not %s',
		(input) => {
			expect(faults(instant, input)).toEqual([expect.stringContaining('2000 to 2999')]);
		},
	);
});

describe('a date', () => {
	it.each([
		[day, 'a day such as 2026-10-14'],
		[instant, 'an RFC 3339 date and time such as 2026-10-14T08:12:45Z'],
		[dayOrInstant, 'a day such as 2026-10-14 or an RFC 3339 date and time'],
	])('in another form is told the one that is expected: %#', (schema, form) => {
		expect(faults(schema, '14.10.2026')).toEqual([
			expect.stringMatching(`^expected ${form}.*, got a string of 10 characters$`),
		]);
	});
});

describe('a number in an address', () => {
	it('that is none came as text', () => {
		expect(faults(whatIfQuery, { prefixTokens: '2k' })).toEqual([
			'Invalid input: expected number, got a string of 2 characters',
		]);
	});
});

describe('a duration', () => {
	it('is at most 366 days', () => {
		expect(faults(duration, '366d')).toEqual([]);
		expect(faults(duration, '8784h')).toEqual([]);
		expect(faults(duration, '367d')).toEqual([expect.stringContaining('at most 366d')]);
		expect(faults(duration, '999999d')).toEqual([expect.stringContaining('at most 366d')]);
	});
});

describe('a document to restore from', () => {
	it('may be 20 levels deep and 10,000 characters long', () => {
		expect(faults(jsonDocument, nested(20))).toEqual([]);
		expect(faults(jsonDocument, { text: 'x'.repeat(9_989) })).toEqual([]);
	});

	it.each([
		['too deep', nested(21)],
		['far too deep', JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
		['too long', { text: 'x'.repeat(9_990) }],
		['with NUL in a value', { limits: [{ name: 'a\u0000' }] }],
		['with half a character in a name', { '\ud83d': 1 }],
	])('is refused when it is %s', (_what, input) => {
		expect(faults(jsonDocument, input)).toEqual([expect.stringContaining('expected at most')]);
	});
});

describe('the URL of a webhook', () => {
	it.each([
		'http://127.0.0.1:5678/webhook/x',
		'http://[::1]:5678/',
		'http://10.1.2.3/hook',
		'https://n8n.example.com/webhook/fe80',
	])('may be %s', (url) => {
		expect(faults(webhookUrl, url)).toEqual([]);
	});

	it.each(['http://user:hunter2@127.0.0.1/', 'http://user@127.0.0.1/', 'http://:x@127.0.0.1/'])(
		'carries no user name or password: %#',
		(url) => {
			expect(faults(webhookUrl, url)).toEqual([expect.stringContaining('user name and password')]);
		},
	);

	it.each([
		'http://169.254.169.254/latest/meta-data',
		'http://0xA9FEA9FE/',
		'http://2852039166/',
		'http://[::ffff:169.254.169.254]/',
		'http://[fe80::1]/',
		'http://[febf::1]/',
		'http://[fd00:ec2::254]/',
	])('is not link-local in any spelling: %s', (url) => {
		expect(faults(webhookUrl, url)).toEqual([expect.stringContaining('link-local')]);
	});

	it.each(['hook', '', 'ftp://example.com/', 'http://example.com/\u0000'])(
		'is a URL that can be kept: %#',
		(url) => {
			expect(faults(webhookUrl, url)).toHaveLength(1);
		},
	);
});
