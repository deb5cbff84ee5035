import fc from 'fast-check';
import { noticeOf, reply, replyHtml, type Line } from '../../../../core/commands/reply.ts';

const lines = fc.array(
	fc.oneof(fc.string({ unit: 'grapheme' }), fc.record({ pre: fc.string({ unit: 'grapheme' }) })),
	{ minLength: 1 },
);

/** What Telegram shows of HTML, and where its code begins. */
function shown(html: string): { text: string; pre: string[] } {
	const text = (markup: string) =>
		markup
			.replace(/<\/?pre>/g, '')
			.replaceAll('&lt;', '<')
			.replaceAll('&gt;', '>')
			.replaceAll('&amp;', '&');
	return {
		text: text(html),
		pre: [...html.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, one = '']) => text(one)),
	};
}

describe('a reply', () => {
	it('says where its code is, in UTF-16 units', () => {
		const { text, entities } = reply(['🔥 acme', { pre: '{"a":1}' }, 'end']);

		expect(text).toBe('🔥 acme\n{"a":1}\nend');
		expect(entities).toEqual([{ type: 'pre', offset: 8, length: 7 }]);
		expect(text.slice(8, 15)).toBe('{"a":1}');
	});

	it('is never longer than a message, and what it marks as code is in it', () => {
		fc.assert(
			fc.property(lines, fc.nat(5000), (given: Line[], more) => {
				const { text, entities } = reply([...given, 'x'.repeat(more), { pre: 'y'.repeat(more) }]);
				expect(text.length).toBeLessThanOrEqual(4096);
				for (const { offset, length } of entities)
					expect(offset + length).toBeLessThanOrEqual(text.length);
			}),
		);
	});

	it('is as HTML the same text and the same code', () => {
		fc.assert(
			fc.property(lines, (given: Line[]) => {
				const made = reply(given);
				expect(shown(replyHtml(made))).toEqual({
					text: made.text,
					pre: made.entities.map(({ offset, length }) => made.text.slice(offset, offset + length)),
				});
			}),
		);
	});

	it('has a first line short enough for a notice, without half a character', () => {
		expect(noticeOf(reply(['short', 'more']))).toBe('short');
		for (const at of [198, 199, 200]) {
			const notice = noticeOf(reply([`${'x'.repeat(at)}😀😀`]));
			expect(notice.length).toBeLessThanOrEqual(200);
			expect(notice.isWellFormed()).toBe(true);
		}
	});
});
