import { shownUrl } from '../../../core/queuedCall.ts';

describe('a resume URL', () => {
	it.each([
		[
			'https://n8n.example.com/webhook-waiting/42?signature=abc',
			'https://n8n.example.com/webhook-waiting/…',
		],
		['http://127.0.0.1:5678/n8n/webhook-waiting/42', 'http://127.0.0.1:5678/n8n/…'],
		['https://hooks.example.com/s3cr3t', 'https://hooks.example.com/…'],
		[
			'https://hooks.example.com/a-first-part-that-is-too-long-for-a-name/x',
			'https://hooks.example.com/…',
		],
		['https://hooks.example.com', 'https://hooks.example.com/…'],
	])('is shown without what resumes: %s', (url, shown) => {
		expect(shownUrl(url)).toBe(shown);
	});
});
