import { isRecord, listAt, textAt, type JsonRecord } from '../readers/reading.ts';
import { escapeHtml } from './reply.ts';
import type { SlackPress } from './slackInteraction.ts';

/** What to ask of Slack's Web API. */
export type SlackCall = {
	method: 'chat.update' | 'chat.postEphemeral';
	message: JsonRecord;
};

/** Slack takes this much in a section or context. */
const NOTE_MAX = 2000;

/**
 * The message with what became of the press below it: all it showed stays as it was, byte for byte, only buttons that
 * are of no use any more are gone. `lines`: plain text.
 */
export function slackUpdate(press: SlackPress, lines: string): SlackCall {
	const { channel, data, message } = press;
	const blocks = message.blocks
		.map((block) => withoutPressed(block, data))
		.filter((block) => block['type'] !== 'actions' || listAt(block, 'elements').length > 0);
	const at = blocks.findIndex(({ type }) => type === 'actions');
	blocks.splice(at === -1 ? blocks.length : at, 0, note(lines));

	return {
		method: 'chat.update',
		message: { channel, ts: message.ts, text: message.text, blocks },
	};
}

/** A word to who pressed, which nobody else sees. */
export function slackWord({ channel, userId }: SlackPress, text: string): SlackCall {
	return {
		method: 'chat.postEphemeral',
		message: { channel, user: userId, text: escapeHtml(text) },
	};
}

function note(lines: string): JsonRecord {
	const text = escapeHtml(lines).slice(0, NOTE_MAX);

	return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** Who approved a step cannot decline it any more, and the other way round. */
function withoutPressed(block: JsonRecord, data: string): JsonRecord {
	if (block['type'] !== 'actions') return block;
	const [, id = ''] = data.split(':');
	const isDecision = /^(approve|decline):/.test(data);
	const isGone = (value: string) =>
		value === data || (isDecision && (value === `approve:${id}` || value === `decline:${id}`));
	const elements = listAt(block, 'elements')
		.filter(isRecord)
		.filter((element) => !isGone(textAt(element, 'value') ?? ''));

	return { ...block, elements };
}
