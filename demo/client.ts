/** The service as its callers see it: over HTTP, with a service key. */
export type Client = {
	get<Answer>(path: string): Promise<Answer>;
	post<Answer>(path: string, body?: unknown): Promise<Answer>;
};

export function createClient(url: string, key: string): Client {
	async function send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		const response = await fetch(url + path, {
			method,
			headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);

		return JSON.parse(text) as Answer;
	}

	return {
		get: (path) => send('GET', path),
		post: (path, body) => send('POST', path, body),
	};
}
