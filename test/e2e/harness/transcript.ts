import { readFileSync, writeFileSync } from 'node:fs';
import type { ShownMessage } from '../doubles/telegram.ts';

const keep = process.env['UPDATE_PICTURES'] === '1';

/** A chat as text: who said what, the buttons below. */
export function transcriptOf(messages: readonly ShownMessage[]): string {
	const lines = messages.flatMap(({ from, text, firstButtons, pressed, forwarded }) => {
		const author = from === 'bot' ? 'Fuse' : from.name;
		const name = forwarded ? `${author} forwards` : author;
		if (pressed) return [`${name} presses [${text}]`];
		const indent = ' '.repeat(name.length + 2);
		const keys = firstButtons.map((row) => indent + row.map((key) => `[${key.text}]`).join(' '));
		return [`${name}: ${text.replaceAll('\n', `\n${indent}`)}`, ...keys];
	});
	return lines.join('\n');
}

/** With UPDATE_PICTURES=1: the fenced block after the heading in a page of docs/ is this from now on. */
export function keepTranscript(page: string, heading: string, transcript: string): void {
	if (!keep) return;
	const path = new URL(`../../../docs/${page}`, import.meta.url);
	const text = readFileSync(path, 'utf8');
	const [before, after] = text.split(`## ${heading}\n`);
	if (before === undefined || after === undefined) throw new Error(`${page} has no ## ${heading}`);
	const fenced = after.replace(/```text\n.*?\n```/s, () => `\`\`\`text\n${transcript}\n\`\`\``);
	writeFileSync(path, `${before}## ${heading}\n${fenced}`);
}
