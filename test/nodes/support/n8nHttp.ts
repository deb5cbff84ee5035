import { NodeApiError, type IHttpRequestOptions, type INode } from 'n8n-workflow';
import { FuseApi } from '../../../credentials/FuseApi.credentials.ts';

export type Credentials = { baseUrl: string; apiKey: string };

/** n8n's `httpRequestWithAuthentication` over fetch: the same options, the same answers, the same errors. */
export async function requestWithAuthentication(
	node: INode,
	credentials: Credentials,
	options: IHttpRequestOptions,
): Promise<unknown> {
	const url = `${options.baseURL ?? ''}${options.url}`;
	const { headers } = await new FuseApi().authenticate(credentials, options);
	try {
		const response = await fetch(url, {
			method: options.method ?? 'GET',
			headers: {
				...texts(headers),
				...(options.json ? { accept: 'application/json' } : {}),
				...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
			...(options.timeout === undefined ? {} : { signal: AbortSignal.timeout(options.timeout) }),
		});
		const bytes = Buffer.from(await response.arrayBuffer());
		const body = options.encoding === 'arraybuffer' ? bytes : parsed(bytes.toString());
		if (!response.ok && options.ignoreHttpStatusErrors !== true) {
			throw new Error(`Request failed with status code ${response.status}`);
		}
		if (!options.returnFullResponse) return body;

		return { statusCode: response.status, headers: Object.fromEntries(response.headers), body };
	} catch (error) {
		const { message } = error instanceof Error ? error : new Error(String(error));
		throw new NodeApiError(node, { message });
	}
}

function texts(headers: IHttpRequestOptions['headers'] = {}): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).flatMap(([name, value]) =>
			typeof value === 'string' ? [[name, value]] : [],
		),
	);
}

function parsed(text: string): unknown {
	if (text === '') return '';
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
