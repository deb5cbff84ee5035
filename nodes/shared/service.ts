import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestMethods,
	ILoadOptionsFunctions,
	ISupplyDataFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { isRecord } from '../../core/readers/reading.ts';

/** The node contexts that may talk to the service. */
export type ServiceCaller =
	| IExecuteFunctions
	| ISupplyDataFunctions
	| IHookFunctions
	| IWebhookFunctions
	| ILoadOptionsFunctions;

/** An HTTP answer is a value, whatever its status; so is the absence of one. */
export type ServiceAnswer =
	| { outcome: 'answered'; status: number; body: unknown }
	| { outcome: 'unavailable'; reason: string };

type ServiceRequest = {
	method: IHttpRequestMethods;
	path: string;
	body?: IDataObject | IDataObject[];
	timeoutMs: number;
	/** The body of a success is bytes, however it looks. */
	asFile?: boolean;
};

export type Service = { baseUrl: string; ask(request: ServiceRequest): Promise<ServiceAnswer> };

/** The one HTTP caller of this package. n8n adds the service key, so the key never passes through our hands. */
export async function connectService(caller: ServiceCaller): Promise<Service> {
	const credentials = await caller.getCredentials('fuseApi');
	const baseUrl = String(credentials['baseUrl'] ?? '').replace(/\/+$/, '');

	return { baseUrl, ask: async (request) => await ask(outliving(caller), baseUrl, request) };
}

/**
 * n8n aborts the requests of a stopped execution. Ours have to get through: what was used is to be settled, what is held
 * to be given back, and each has a time limit of its own.
 */
function outliving(caller: ServiceCaller): ServiceCaller {
	return Object.create(caller, { getExecutionCancelSignal: { value: () => undefined } });
}

async function ask(
	caller: ServiceCaller,
	baseUrl: string,
	{ method, path, body, timeoutMs, asFile = false }: ServiceRequest,
): Promise<ServiceAnswer> {
	try {
		const response: unknown = await caller.helpers.httpRequestWithAuthentication.call(
			caller,
			'fuseApi',
			{
				method,
				baseURL: baseUrl,
				url: path,
				...(body === undefined ? {} : { body }),
				...(asFile ? { encoding: 'arraybuffer' } : { json: true }),
				timeout: timeoutMs,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
			},
		);
		return parseAnswer(response, asFile);
	} catch (error) {
		return {
			outcome: 'unavailable',
			reason: error instanceof Error ? error.message : String(error),
		};
	}
}

/** 429 and 5xx say nothing about the question that was asked: the caller gets the same as from a silent service. */
function parseAnswer(response: unknown, asFile: boolean): ServiceAnswer {
	const status = isRecord(response) ? Number(response['statusCode']) : NaN;
	const isFile = asFile && status >= 200 && status < 300;
	const given = isRecord(response) ? response['body'] : undefined;
	const body = isFile ? given : parseBody(given);
	if (status !== 429 && status < 500) return { outcome: 'answered', status, body };

	const detail = isRecord(body) && typeof body['detail'] === 'string' ? `: ${body['detail']}` : '';
	return { outcome: 'unavailable', reason: `The service answered with status ${status}${detail}` };
}

/** n8n parses JSON by itself in most versions; a text that is not JSON stays what it is. */
function parseBody(body: unknown): unknown {
	const written = Buffer.isBuffer(body) ? body.toString() : body;
	if (typeof written !== 'string') return written;
	try {
		return JSON.parse(written);
	} catch {
		return written;
	}
}
