import type { Button } from '../alerting/notification.ts';
import { cut } from './cut.ts';

/** A part of the text in a type of its own, as Telegram's MessageEntity: in UTF-16 units. */
export type Entity = { type: 'pre'; offset: number; length: number };

/** What is answered in a chat: plain text, what of it is code, and the rows of buttons below. */
export type Reply = { text: string; entities: Entity[]; buttons: Button[][] };

/** A line, or a block of code. */
export type Line = string | { pre: string };

/** Telegram takes so many UTF-16 units. */
const TEXT_MAX = 4096;
const MORE = '\n…';

/** Puts lines below one another. What would be too long for a message is cut at the end of a line, and says so. */
export function reply(lines: readonly Line[], buttons: Button[][] = []): Reply {
	let text = '';
	const entities: Entity[] = [];
	for (const line of lines) {
		const offset = text === '' ? 0 : text.length + 1;
		const words = typeof line === 'string' ? line : line.pre;
		if (offset + words.length > TEXT_MAX - MORE.length) {
			text += MORE;
			break;
		}
		text = text === '' ? words : `${text}\n${words}`;
		if (typeof line !== 'string' && words !== '') {
			entities.push({ type: 'pre', offset, length: words.length });
		}
	}
	return { text, entities, buttons: buttons.filter((row) => row.length > 0) };
}

/** The same for who sends no entities: HTML as Telegram reads it. Resolved, it is the text again, byte for byte. */
export function replyHtml({ text, entities }: Reply): string {
	let at = 0;
	let html = '';
	for (const { offset, length } of entities) {
		html += escapeHtml(text.slice(at, offset));
		html += `<pre>${escapeHtml(text.slice(offset, offset + length))}</pre>`;
		at = offset + length;
	}
	return html + escapeHtml(text.slice(at));
}

/** Telegram and Slack want these three, and no others. */
export function escapeHtml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const NOTICE_MAX = 200;

/** The first line, as short as Telegram takes it over a pressed button. Never half a character. */
export function noticeOf({ text }: Reply): string {
	const [line = ''] = text.split('\n', 1);
	if (line.length <= NOTICE_MAX) return line;

	return `${cut(line, NOTICE_MAX - 1)}…`;
}
