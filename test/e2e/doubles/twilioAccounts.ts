import { json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const TWILIO_PARENT = { sid: `AC${'a'.repeat(32)}`, authToken: 'token-of-the-double' };

export interface TwilioDouble extends VendorDouble {
	/** Status by SID. */
	accounts: Map<string, string>;
}

/** Subaccounts of Twilio, held against its OpenAPI file. */
export async function startTwilioAccounts(folder: string): Promise<TwilioDouble> {
	const accounts: TwilioDouble['accounts'] = new Map();
	const expected = Buffer.from(`${TWILIO_PARENT.sid}:${TWILIO_PARENT.authToken}`).toString(
		'base64',
	);
	const failed = (status: number, message: string) =>
		json({ code: 20_003, message, status }, status);

	const double = await startVendorDouble({
		spec: { file: 'twilio-accounts.json', folder, probe: '/2010-04-01/Accounts.json' },
		refusal: ({ headers }) =>
			headers['authorization'] === `Basic ${expected}` ? undefined : failed(401, 'Authenticate'),
		answer: ({ method, body }, path) => {
			const sid = /^\/2010-04-01\/Accounts\/([^/]+)\.json$/.exec(path)?.[1] ?? '';
			const before = accounts.get(sid);
			if (before === undefined) return failed(404, `The requested resource ${path} was not found`);
			if (method === 'POST') {
				if (before === 'closed') return failed(400, 'A closed account cannot be changed');
				accounts.set(sid, new URLSearchParams(body).get('Status') ?? before);
			}
			const status = accounts.get(sid);
			return json({ sid, status, type: 'Full' }, 200, { 'twilio-request-id': 'RQ1' });
		},
	});
	return { ...double, accounts };
}
