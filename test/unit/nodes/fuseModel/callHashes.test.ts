import { callHashes } from '../../../../nodes/FuseModel/callHashes.ts';

const message = (type: string, content: string, more: object = {}) => ({
	...{ content, getType: () => type, id: `run-${Math.random()}` },
	...more,
});
const asksTool = (args: object, id: string) =>
	message('ai', '', { tool_calls: [{ id, name: 'search', args }] });
const result = (id: string) => message('tool', 'nothing found', { tool_call_id: id });
const human = message('human', 'find it');

describe('the hashes of a call', () => {
	it('are the same for the same prompt, whatever ids its messages have, and 64 hex digits', () => {
		const one = callHashes({ messages: [message('human', 'hi')] });
		const again = callHashes({ messages: [message('human', 'hi')] });

		expect(one).toEqual(again);
		expect(one).toEqual({ promptHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
		expect(callHashes({ messages: [message('human', 'ho')] })).not.toEqual(one);
		expect(callHashes({ messages: [message('system', 'hi')] })).not.toEqual(one);
	});

	it('tell the same tool call again, though the prompt has grown', () => {
		const first = [human, asksTool({ q: 'a', n: 1 }, 'call_1'), result('call_1')];
		const second = [...first, asksTool({ n: 1, q: 'a' }, 'call_2'), result('call_2')];
		const other = [...first, asksTool({ q: 'b', n: 1 }, 'call_2'), result('call_2')];
		const hashes = [first, second, other].map((messages) => callHashes({ messages }));

		expect(hashes[1]?.toolCallHash).toBe(hashes[0]?.toolCallHash);
		expect(hashes[1]?.promptHash).not.toBe(hashes[0]?.promptHash);
		expect(hashes[2]?.toolCallHash).not.toBe(hashes[0]?.toolCallHash);
	});

	it('name no tool call when the prompt does not end with its result', () => {
		const messages = [human, asksTool({ q: 'a' }, 'call_1'), result('call_1'), human];

		expect(callHashes({ messages }).toolCallHash).toBeUndefined();
		expect(callHashes({ messages: [human] }).toolCallHash).toBeUndefined();
		expect(callHashes({ messages: [result('call_1')] }).toolCallHash).toBeUndefined();
		expect(callHashes({ messages: [] }).toolCallHash).toBeUndefined();
	});

	it('are left out when a message cannot be written down exactly', () => {
		expect(callHashes({ messages: [{ content: () => 'hi', getType: () => 'human' }] })).toEqual({});
	});
});
