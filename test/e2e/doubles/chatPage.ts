import { unescapeMarkup, type SlackMessage } from './slack.ts';
import type { ShownMessage } from './telegram.ts';

/** The chat as a phone shows it. */
export function telegramPage(title: string, messages: readonly ShownMessage[]): string {
	const bubbles = messages
		.filter(({ pressed }) => !pressed)
		.map((message) => {
			const { from, text, entities, buttons, edited } = message;
			const isBot = from === 'bot';
			const keys = buttons
				.map(
					(row) =>
						`<div class="row">${row.map((key) => `<span>${safe(key.text)}</span>`).join('')}</div>`,
				)
				.join('');
			const name = isBot ? 'LLM Fuse' : safe(from.name);
			const mark = edited ? '<em>edited</em>' : '';
			return `<div class="${isBot ? 'bot' : 'me'}"><p><b>${name}</b> ${mark}</p>${withCode(text, entities)}${keys}</div>`;
		});
	return page(title, TELEGRAM_STYLE, bubbles.join(''));
}

/** The channel as Slack's client shows it. */
export function slackPage(title: string, messages: readonly SlackMessage[]): string {
	const posts = messages.map(({ text, blocks = [], edited }) => {
		const shown =
			blocks.length > 0 ? blocks.map(blockHtml).join('') : `<p>${safe(unescapeMarkup(text))}</p>`;
		return `<div class="post"><i></i><div><b>LLM Fuse</b> <small>APP${edited ? ' · edited' : ''}</small>${shown}</div></div>`;
	});
	return page(title, SLACK_STYLE, posts.join(''));
}

type Block = NonNullable<SlackMessage['blocks']>[number];

function blockHtml({ type, text, elements = [] }: Block): string {
	const words = unescapeMarkup(text?.text ?? '');
	if (type === 'header') return `<h2>${safe(words)}</h2>`;
	if (type === 'section') return `<pre>${safe(words.replace(/^```|```$/g, ''))}</pre>`;
	const texts = elements.map((one) => {
		const label = typeof one.text === 'string' ? one.text : (one.text?.text ?? '');
		return `<span>${safe(unescapeMarkup(label))}</span>`;
	});
	return `<div class="${type}">${texts.join('')}</div>`;
}

function withCode(text: string, entities: ShownMessage['entities']): string {
	let at = 0;
	let html = '';
	for (const { offset, length } of entities) {
		html += `${safe(text.slice(at, offset))}<pre>${safe(text.slice(offset, offset + length))}</pre>`;
		at = offset + length;
	}
	return `<div class="text">${html}${safe(text.slice(at))}</div>`;
}

function page(title: string, style: string, body: string): string {
	return `<!doctype html><meta charset="utf-8"><title>${safe(title)}</title><style>${COMMON_STYLE}${style}</style><main><header>${safe(title)}</header>${body}</main>`;
}

const safe = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const COMMON_STYLE =
	'body{margin:0;font:15px/1.4 system-ui,sans-serif}pre{white-space:pre-wrap;word-break:break-all;' +
	'margin:6px 0;padding:8px;border-radius:6px;font:12.5px/1.4 monospace}p{margin:0}';
const TELEGRAM_STYLE =
	'main{width:440px;padding:0 12px 12px;background:#d5e3cf}header{margin:0 -12px 8px;padding:12px;' +
	'background:#517da2;color:#fff;font-weight:600}.bot,.me{margin:8px 40px 8px 0;padding:8px 10px;' +
	'background:#fff;border-radius:10px}.me{margin:8px 0 8px 90px;background:#e1fec6}.text{white-space:pre-wrap}' +
	'b{color:#3a78ad}em{color:#8a8a8a;font-size:12px}pre{background:#f1f3f5}.row{display:flex;gap:4px;' +
	'margin-top:6px}.row span{flex:1;padding:6px;text-align:center;background:#dfeaf4;border-radius:6px;color:#2b6ca3}';
const SLACK_STYLE =
	'main{width:640px;padding:0 16px 16px;background:#fff}header{padding:12px 0;border-bottom:1px solid #ddd;' +
	'font-weight:700}.post{display:flex;gap:10px;margin-top:14px}.post>div{flex:1}i{width:36px;height:36px;' +
	'border-radius:8px;background:#d9480f}small{padding:0 4px;background:#eee;border-radius:3px;color:#666}' +
	'h2{margin:4px 0;font-size:17px}pre{background:#f8f8f8;border:1px solid #ddd}.context{color:#616061;' +
	'font-size:13px;margin:6px 0;white-space:pre-wrap}.actions{display:flex;gap:8px}.actions span{padding:5px 12px;' +
	'border:1px solid #bbb;border-radius:6px;font-weight:600}';
