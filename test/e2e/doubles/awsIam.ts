import { createHash, createHmac } from 'node:crypto';
import type { Answer, RecordedRequest } from './recordingProxy.ts';
import { startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const AWS_CREDENTIALS = {
	accessKeyId: 'AKIADOUBLE',
	secretAccessKey: 'secret-of-the-double',
};

export interface AwsIamDouble extends VendorDouble {
	/** Owner and status by access key id. */
	keys: Map<string, { userName: string; status: string }>;
}

/** IAM's query API for access keys. It refuses a request whose signature (SigV4) is not right. */
export async function startAwsIam(): Promise<AwsIamDouble> {
	const keys: AwsIamDouble['keys'] = new Map();

	const list = (userName: string): Answer => {
		const owned = [...keys].filter(([, key]) => key.userName === userName);
		if (owned.length === 0) {
			return failed(404, 'NoSuchEntity', `The user with name ${userName} cannot be found.`);
		}
		const members = owned.map(
			([id, { status }]) =>
				`<member><UserName>${userName}</UserName><AccessKeyId>${id}</AccessKeyId>` +
				`<Status>${status}</Status></member>`,
		);
		return xml(`<ListAccessKeysResult>${members.join('')}</ListAccessKeysResult>`);
	};
	const update = (form: URLSearchParams): Answer => {
		const key = keys.get(form.get('AccessKeyId') ?? '');
		const status = form.get('Status') ?? '';
		if (!key || key.userName !== form.get('UserName')) {
			return failed(404, 'NoSuchEntity', 'The Access Key with that id cannot be found.');
		}
		if (!['Active', 'Inactive'].includes(status)) {
			return failed(
				400,
				'ValidationError',
				`Value ${status} at 'status' is not in [Active, Inactive]`,
			);
		}
		key.status = status;
		return xml('');
	};

	const double = await startVendorDouble({
		refusal,
		isChange: ({ body }) => body.includes('Action=UpdateAccessKey'),
		answer: ({ method, body }, path) => {
			const form = new URLSearchParams(body);
			if (method !== 'POST' || path !== '/' || form.get('Version') !== '2010-05-08')
				return undefined;
			if (form.get('Action') === 'ListAccessKeys') return list(form.get('UserName') ?? '');
			return form.get('Action') === 'UpdateAccessKey' ? update(form) : undefined;
		},
	});
	return { ...double, keys };
}

/**
 * The region has to be IAM's. The service is not checked: n8n takes it from the first label of the host, `iam` of
 * iam.amazonaws.com, and here that is `127`.
 */
function refusal(request: RecordedRequest): Answer | undefined {
	const [, id, day = '', region, service = '', signed = '', signature] =
		/^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w+)$/.exec(
			request.headers['authorization'] ?? '',
		) ?? [];
	if (id !== AWS_CREDENTIALS.accessKeyId) {
		return failed(
			403,
			'InvalidClientTokenId',
			'The security token included in the request is invalid.',
		);
	}
	const scope = [day, region, service, 'aws4_request'];
	const canonical = [
		...[request.method, '/', new URL(request.path, 'http://double').search.slice(1)],
		...[...signed.split(';').map((name) => `${name}:${request.headers[name]}`), ''],
		...[signed, sha256(request.body)],
	].join('\n');
	const text = [
		'AWS4-HMAC-SHA256',
		request.headers['x-amz-date'],
		scope.join('/'),
		sha256(canonical),
	];
	const key = scope.reduce<string | Buffer>(hmac, `AWS4${AWS_CREDENTIALS.secretAccessKey}`);
	const right = hmac(key, text.join('\n')).toString('hex');

	return right === signature && region === 'us-east-1'
		? undefined
		: failed(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string | undefined) =>
	createHmac('sha256', key)
		.update(text ?? '')
		.digest();

const xml = (result: string, status = 200): Answer => ({
	status,
	body: `<Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${result}</Response>`,
	contentType: 'text/xml',
	headers: { 'x-amzn-requestid': 'req-aws' },
});

const failed = (status: number, code: string, message: string) =>
	xml(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`, status);
