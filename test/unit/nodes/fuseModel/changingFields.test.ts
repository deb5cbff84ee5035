import fc from 'fast-check';
import { changingFields } from '../../../../nodes/FuseModel/changingFields.ts';

const NOW = Date.UTC(2026, 9, 14, 12, 34, 56);

const kindsIn = (text: string) => changingFields(text, NOW).map(({ kind }) => kind);

describe('what changes with each execution is found', () => {
	it.each([
		['timestamp', 'Now: 2026-10-14T12:34:56.000+02:00.'],
		['timestamp', 'Now: 2026-10-14 12:34'],
		['timestamp', 'It is Oct 14, 2026, 12:34 PM'],
		['timestamp', 'It is Wednesday, October 14th, 2026 at 12:34'],
		['timestamp', 'Date: Wed, 14 Oct 2026 12:34:56 GMT'],
		['epoch', `now=${Math.floor(NOW / 1000)}`],
		['epoch', `{"at":${NOW}}`],
		['uuid', 'Customer 7b9fdc36-5f0b-4f0e-a0ab-2f2a1f7f2b4e'],
		['hexId', 'order 65f1c0a9e4b0d1a2b3c4d5e6'],
		['hexId', 'traceparent 4bf92f3577b34da6a3ce929d0e0e4736'],
		['randomId', 'event 01J9ZQ3N8W5X7Y2V4T6R8P0MKA'],
		['randomId', 'session V1StGXR8_Z5jdHi6B-myT'],
		['randomId', 'thread_abC9dE2fG7hI4jK1lM6nO3pQ'],
		['runId', 'Execution ID: 4711'],
		['runId', '"session_id": "user42"'],
		['expression', 'Hello {{ $json.name }}'],
		['expression', "Hello {{ $('Webhook').item.json.name }}"],
	])('%s: %s', (kind, text) => {
		expect(kindsIn(`You help customers. ${text} Be brief.`)).toEqual([kind]);
	});

	it('each kind once, in order of place', () => {
		const text = `At ${new Date(NOW).toISOString()} run id 7, run id 8, at ${NOW}`;
		const found = changingFields(text.padEnd(200), NOW);

		expect(found.map(({ kind }) => kind)).toEqual(['timestamp', 'runId', 'epoch']);
		expect(found.map(({ atShare }) => atShare)).toEqual([0.02, 0.14, 0.26]);
	});
});

describe('ordinary prompts are left alone', () => {
	it.each([
		[
			'a shop assistant',
			`You are the assistant of Nordlicht GmbH, founded in 2009. Today is 2026-10-14. Prices: €1,299.00, $49.99,
			1234567890 points are a lot. Orders look like NL-2026-0001234; never quote an order you have not looked up.
			Call +1 (415) 555-2671, 415-555-2671, 4155552671, +4917612345678 or 0800 330 1000, Monday to Friday 9:00-17:00.
			IBAN DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX, VAT DE123456789. Write to support@nordlicht.example.`,
		],
		[
			'a programmer',
			`Review TypeScript. Prefer getUserByIdAndPassword2Factor over AbstractSingletonProxyFactoryBean3.
			\`\`\`ts
			const MAX_RETRY_AFTER_SECONDS_2XX = 86400000; const colour = '#ff8800aa';
			const v = '1.24.0-beta.3'; // see RFC 9457, ISO-8601, sha256, utf8mb4_unicode_ci, x86_64-unknown-linux-gnu
			fetchHttp2ConnectionPoolV3({ timeoutMs: 120_000, model: 'claude-sonnet-4-5-20250929', port: 5432 });
			\`\`\`
			Import from "@langchain/core/messages" and https://docs.example.com/v2/API_Reference-2024/List0fThings.html.`,
		],
		[
			'a planner of meetings',
			`Offer slots between 09:00 and 17:30. The fair is from 12 to 16 October 2026, doors open at 10:00.
			Write instants like 2019-07-04T13:33:03Z or "Jul 4, 2019, 1:33 PM". Each event has an execution id and a
			session id in our system; never show them. UUIDs look like 123e4567-e89b-12d3-a456-426614174000, the empty one
			is 00000000-0000-0000-0000-000000000000.`,
		],
		[
			'a writer of templates',
			`Write Liquid: {{ customer.first_name | default: "friend" }} and Handlebars {{#each items}}{{this}}{{/each}}.
			Costs {{ "$5" }}. Hashtags #OctoberFest2026 #AI4Good. Spreadsheet: 1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms`,
		],
		[
			'someone who lists numbers',
			'1 2 3 1797000000.25 12345678901234567890 v1797000000 +1 1791981296 7',
		],
	])('of %s', (_whose, text) => {
		expect(kindsIn(text)).toEqual([]);
	});

	it('of words and small numbers, whatever they are', () => {
		const word = fc.constantFrom(
			'the',
			'customer',
			'SHOULD',
			'pay',
			'before',
			'JavaScript',
			'ISO-9001',
			'e.g.',
		);
		const number = fc.integer({ min: 0, max: 99_999 }).map(String);
		const text = fc
			.array(fc.oneof(word, number), { maxLength: 100 })
			.map((words) => words.join(' '));
		fc.assert(fc.property(text, (prompt) => expect(kindsIn(prompt)).toEqual([])));
	});
});

describe('whatever the text', () => {
	const at = fc.date({ min: new Date(NOW - 86_400_000), max: new Date(NOW), noInvalidDate: true });
	const field = fc.oneof(
		fc.uuid({ version: 4 }),
		at.map((date) => date.toISOString()),
		at.map((date) => date.toUTCString()),
		at.map((date) => String(date.getTime())),
	);

	it('a changing field is found in it, no further in than it is', () => {
		const words = fc.lorem({ maxCount: 30 });
		fc.assert(
			fc.property(words, field, words, (before, changing, after) => {
				const text = `${before} ${changing} ${after}`;
				const [first] = changingFields(text, NOW);

				expect(first).toBeDefined();
				expect(first?.atShare).toBeLessThanOrEqual((before.length + 6) / text.length + 0.01);
			}),
		);
	});

	it('a long one is read in good time', () => {
		const texts = ['a', '1', 'aB3', 'id is ', '{{ ', '- ', '2026-10-14'].map((part) =>
			part.repeat(60_000),
		);

		expect(texts.map((text) => changingFields(text, NOW).length)).toEqual(texts.map(() => 0));
	});
});
