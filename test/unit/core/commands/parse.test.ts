import fc from 'fast-check';
import { COMMAND_NAMES, SYNTAX } from '../../../../core/commands/command.ts';
import { parseButton, parseCommand } from '../../../../core/commands/parse.ts';

const HOUR_MS = 3_600_000;
const command = (text: string) => parseCommand(text).command;
const wrong = (text: string) => {
	const parsed = parseCommand(text);
	return parsed.command ? undefined : [parsed.name, parsed.wrong];
};

describe('a command', () => {
	it.each([
		['/status', { name: 'status' }],
		['/help', { name: 'help' }],
		['/start', { name: 'help' }],
		['/top', { name: 'top', windowMs: HOUR_MS }],
		['/top 7d', { name: 'top', windowMs: 168 * HOUR_MS }],
		['/spend acme', { name: 'spend', tenantId: 'acme', windowMs: HOUR_MS }],
		['/spend acme 30m', { name: 'spend', tenantId: 'acme', windowMs: HOUR_MS / 2 }],
		['/block acme', { name: 'block', tenantId: 'acme', durationMs: null }],
		['/block acme 1h', { name: 'block', tenantId: 'acme', durationMs: HOUR_MS }],
		['/unblock acme', { name: 'unblock', tenantId: 'acme' }],
		['/limits acme', { name: 'limits', tenantId: 'acme' }],
		['/incident inc_3f9a21', { name: 'incident', id: { kind: 'inc', start: '3f9a21' } }],
		['/ack 3F9A21', { name: 'ack', id: { kind: null, start: '3f9a21' } }],
		['/ack alr_3f9a21', { name: 'ack', id: { kind: 'alr', start: '3f9a21' } }],
		['/approve act_3f9a21', { name: 'approve', id: { kind: 'act', start: '3f9a21' } }],
		['/decline 3f9a21', { name: 'decline', id: { kind: null, start: '3f9a21' } }],
		['/undo inc_3f9a21', { name: 'undo', id: { kind: 'inc', start: '3f9a21' } }],
		['/mute spendCap 1h', { name: 'mute', rule: 'spendCap', durationMs: HOUR_MS }],
	])('%s is read', (text, expected) => {
		expect(command(text)).toEqual(expected);
	});

	it.each([
		['/block@FuseBot acme 1h'],
		['/BLOCK acme 1H'],
		['  /block\n acme   1h '],
		['/block "acme" 1h'],
		['/block “acme” 1h'],
	])('%s is what a phone makes of /block acme 1h', (text) => {
		expect(command(text)).toEqual({ name: 'block', tenantId: 'acme', durationMs: HOUR_MS });
	});

	it('takes a name with spaces in quotes', () => {
		expect(command('/unblock "nightly & <sons>"')).toEqual({
			...{ name: 'unblock', tenantId: 'nightly & <sons>' },
		});
	});

	it.each([
		['/block', 'block', 'Say which tenant.'],
		['/block acme soon', 'block', '“soon” is no time'],
		['/block acme 1h fraud', 'block', '“fraud” is too much.'],
		['/block acme 400d', 'block', 'at most 366d'],
		['/spend', 'spend', 'Say which tenant.'],
		['/spend acme 0h', 'spend', 'is no time'],
		['/mute', 'mute', 'Say which rule.'],
		['/mute spendCap', 'mute', 'Say for how long.'],
		['/mute spendCap forever', 'mute', 'is no time'],
		['/ack', 'ack', 'Say which one'],
		['/ack 3f9a2', 'ack', 'at least 6'],
		['/ack inc_3f9-21', 'ack', 'is no id'],
		['/ack act_3f9a21', 'ack', 'is the id of a step'],
		['/incident alr_3f9a21', 'incident', 'is the id of an alert'],
		['/status please', 'status', '“please” is too much.'],
		['/top a b', 'top', 'too much'],
		['/unblock acme 1h', 'unblock', 'too much'],
		['/limits', 'limits', 'Say which tenant.'],
		['/kill acme', null, 'There is no command “/kill”.'],
		['block acme', null, 'There is no command “block”.'],
		['', null, 'There is no command “”.'],
	])('%s is told what is wrong with it', (text, name, what) => {
		expect(wrong(text)).toEqual([name, expect.stringContaining(what)]);
	});

	it('is one or is told what is wrong, whatever was typed', () => {
		const typed = fc.tuple(fc.constantFrom(...COMMAND_NAMES), fc.array(fc.string()));

		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					typed.map(([name, rest]) => `/${name} ${rest.join(' ')}`),
				),
				(text) => {
					const parsed = parseCommand(text);
					if (!parsed.command) {
						expect(parsed.wrong).not.toBe('');
						expect(parsed.wrong.length).toBeLessThan(300);
						expect(parsed.wrong.isWellFormed()).toBe(true);
					}
				},
			),
		);
	});

	it('that the help names is read as the help writes it', () => {
		for (const { usage } of Object.values(SYNTAX)) {
			const typed = usage.replace(/[[\]]/g, '').replace('TENANT', 'acme').replace('RULE', 'noData');
			expect(command(typed.replace('ID', '3f9a21'))).not.toBeNull();
		}
	});
});

describe('a button', () => {
	const id = 'inc_3f9a21c07f1d4a0fb1d7a4a5b6c7d8e9';

	it.each([
		[`ack:${id}`, 'ack', 'inc'],
		['approve:act_3f9a21c07f1d4a0fb1d7', 'approve', 'act'],
		['decline:act_3f9a21c07f1d4a0fb1d7', 'decline', 'act'],
		[`undo:${id}`, 'undo', 'inc'],
	])('%s orders what it says', (data, name, kind) => {
		expect(parseButton(data).command).toMatchObject({ name, id: { kind } });
	});

	it.each(['', 'ack', 'ack:', 'block:acme', 'nonsense', 'ack:inc_1', 'constructor:x'])(
		'“%s” orders nothing',
		(data) => {
			expect(parseButton(data).command).toBeNull();
		},
	);
});
