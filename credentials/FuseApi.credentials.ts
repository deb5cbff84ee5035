import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

const OTHER_SERVICE =
	'This address answers, but not like an LLM Fuse service. Base URL is the address of the service without /v1, for example http://127.0.0.1:8787.';

const codeRules: IAuthenticateRuleResponseCode[] = [
	failure(
		401,
		'The service does not know this service key. It starts with fuse_ and is shown only once, when it is made; a revoked one has to be replaced.',
	),
	failure(403, 'The service or a proxy before it refuses this service key.'),
	failure(404, OTHER_SERVICE),
	failure(405, OTHER_SERVICE),
	failure(502, 'A proxy answers at this address, but it does not reach the service.'),
	failure(503, 'The service is not ready yet. Its /readyz says what it waits for.'),
];

/** Many a web server answers every path with a page and status 200. */
const noPage: IAuthenticateRuleResponseSuccessBody = {
	type: 'responseSuccessBody',
	properties: { key: 'keyId', value: undefined, message: OTHER_SERVICE },
};

// n8n looks at rules of both kinds in one list; only its type wants a list to have one kind.
const allRules: Array<IAuthenticateRuleResponseCode | IAuthenticateRuleResponseSuccessBody> =
	codeRules;
allRules.push(noPage);

export class FuseApi implements ICredentialType {
	name = 'fuseApi';

	displayName = 'LLM Fuse API';

	icon: Icon = { light: 'file:../icons/fuse.svg', dark: 'file:../icons/fuse.dark.svg' };

	documentationUrl =
		'https://github.com/llm-fuse/n8n-nodes-llm-fuse/blob/main/docs/nodes/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'http://127.0.0.1:8787',
			placeholder: 'e.g. https://fuse.example.com',
			description:
				'Address of your LLM Fuse service as n8n reaches it; inside Docker, 127.0.0.1 is the n8n container itself',
		},
		{
			displayName: 'Service Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. fuse_…',
			description:
				'The service prints its first key once, at its first start. The Gate needs the role ask, the Meter record, the Model both, the Trigger operate; operate does for all.',
		},
	];

	/**
	 * A function, as the expression of a declarative one is evaluated by its execution, and usage is reported after an
	 * execution has ended too.
	 */
	authenticate = async (
		{ apiKey }: ICredentialDataDecryptedObject,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => ({
		...options,
		headers: { ...options.headers, Authorization: `Bearer ${String(apiKey)}` },
	});

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/v1/whoami' },
		rules: codeRules,
	};
}

function failure(value: number, message: string): IAuthenticateRuleResponseCode {
	return { type: 'responseCode', properties: { value, message } };
}
