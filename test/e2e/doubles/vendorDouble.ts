import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRecordingProxy, type Answer, type RecordedRequest } from './recordingProxy.ts';
import { startSteady } from './steady.ts';

/** Public OpenAPI files of vendors, beside the checkout: they are not part of this project. */
const specs = fileURLToPath(new URL('../../../../shared/data/specs/', import.meta.url));

export interface VendorDouble {
	baseUrl: string;
	requests: RecordedRequest[];
	/** The requests that change something, as `METHOD path body`. */
	changes: () => string[];
	/** While set, the answer to every request that `meant` chooses; `acts`: what was asked for is done all the same. */
	fail: (failure: Failure | undefined) => void;
	/** Whether every request was held against the vendor's own OpenAPI file. */
	validated: boolean;
	close: () => Promise<void>;
}

export interface Failure {
	answer: Answer;
	meant?: (request: RecordedRequest) => boolean;
	acts?: boolean;
}

interface VendorRules {
	/** Says what is wrong with the credentials of a request. */
	refusal: (request: RecordedRequest) => Answer | undefined;
	/** `path` is without the prefix and without the query. */
	answer: (request: RecordedRequest, path: string, query: URLSearchParams) => Answer | undefined;
	isChange?: (request: RecordedRequest) => boolean;
	/** Path of the base URL, which the OpenAPI file does not have. */
	prefix?: string;
	spec?: { file: string; folder: string; probe: string };
}

const notGet = ({ method }: RecordedRequest) => method !== 'GET';

/** A vendor with a memory: it refuses wrong credentials, what its OpenAPI file does not allow, and unknown paths. */
export async function startVendorDouble(rules: VendorRules): Promise<VendorDouble> {
	const { refusal, answer, isChange = notGet, prefix = '', spec } = rules;
	const steady =
		spec && existsSync(specs + spec.file)
			? await startSteady({ ...spec, name: spec.file, file: pathsOnly(spec) })
			: undefined;
	let failure: Failure | undefined;

	const respond = async (request: RecordedRequest): Promise<Answer> => {
		const failed = failure?.meant?.(request) === false ? undefined : failure;
		if (failed && !failed.acts) return failed.answer;
		const refused = refusal(request);
		if (refused) return refused;
		if (!request.path.startsWith(`${prefix}/`)) return unknownPath;
		const path = request.path.slice(prefix.length);
		const checked = await steady?.answer(request, path);
		if (checked && checked.status >= 400 && checked.status !== 404) return checked;
		const { pathname, searchParams } = new URL(path, 'http://double');
		const done = answer(request, pathname, searchParams) ?? unknownPath;
		return failed ? failed.answer : done;
	};

	const proxy = await startRecordingProxy('', respond);
	return {
		baseUrl: proxy.baseUrl + prefix,
		requests: proxy.requests,
		changes: () =>
			proxy.requests
				.filter(isChange)
				.map(({ method, path, body }) => `${method} ${path} ${body}`.trimEnd()),
		fail: (next) => {
			failure = next;
		},
		validated: steady !== undefined,
		close: async () => {
			await proxy.close();
			await steady?.stop();
		},
	};
}

/** A copy without the vendor's own webhooks, which may refer to schemas that the excerpt does not have. */
function pathsOnly({ file, folder }: { file: string; folder: string }): string {
	const spec: object = JSON.parse(readFileSync(specs + file, 'utf8'));
	const copy = join(folder, file);
	writeFileSync(copy, JSON.stringify({ ...spec, webhooks: {} }));
	return copy;
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
	return { status, body: JSON.stringify(body), headers };
}

export function bearer(token: string, wrong: Answer): VendorRules['refusal'] {
	return ({ headers }) => (headers['authorization'] === `Bearer ${token}` ? undefined : wrong);
}

const unknownPath = json({ error: { message: 'No such path in the double' } }, 404);
