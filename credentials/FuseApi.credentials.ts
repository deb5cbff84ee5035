import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

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
			description: 'Address of your LLM Fuse service, as n8n reaches it',
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
				'The service prints its first key once, at its first start. The Gate needs the role ask, the Meter record, the Trigger operate.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/v1/whoami' },
	};
}
