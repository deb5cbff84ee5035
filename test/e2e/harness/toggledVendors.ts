import type { VendorDouble } from '../doubles/vendorDouble.ts';
import type { Vendors } from '../doubles/vendors.ts';

/** A vendor with one value that a step switches: how it was, is stopped, and what has to be sent for it. */
export interface ToggledVendor {
	vendor: string;
	action: string;
	double: VendorDouble;
	targetId: string;
	settings?: Record<string, unknown>;
	/** The values a test sets and looks at. */
	set: (value: unknown) => void;
	get: () => unknown;
	normal: unknown;
	stopped: unknown;
	restore: Record<string, unknown>;
	/** The requests that stop and bring back, as `VendorDouble.changes` shows them. */
	stop: string;
	bringBack: string;
}

const SUBACCOUNT = `AC${'b'.repeat(32)}`;
const AWS_USER = 'svc-acme';

export function toggledVendors(vendors: Vendors): ToggledVendor[] {
	const { anthropic, aws, liteLlm, openAi, openRouter, twilio, unkey } = vendors;
	const key = { action: 'revokeKey' };
	const iam = (status: string) =>
		`POST / Action=UpdateAccessKey&UserName=${AWS_USER}&AccessKeyId=AKIAACME&Status=${status}&Version=2010-05-08`;

	return [
		{
			...{ ...key, vendor: 'anthropic', double: anthropic, targetId: 'apikey_acme' },
			...inMap<unknown>(anthropic.keys, 'apikey_acme'),
			...{ normal: 'active', stopped: 'inactive', restore: { status: 'active' } },
			stop: 'POST /v1/organizations/api_keys/apikey_acme {"status":"inactive"}',
			bringBack: 'POST /v1/organizations/api_keys/apikey_acme {"status":"active"}',
		},
		{
			...{ ...key, vendor: 'aws', double: aws, targetId: 'AKIAACME' },
			settings: { userName: AWS_USER },
			set: (status) =>
				void aws.keys.set('AKIAACME', { userName: AWS_USER, status: String(status) }),
			get: () => aws.keys.get('AKIAACME')?.status,
			...{ normal: 'Active', stopped: 'Inactive', restore: { status: 'Active' } },
			stop: iam('Inactive'),
			bringBack: iam('Active'),
		},
		{
			...{ ...key, vendor: 'litellm', double: liteLlm, targetId: 'hashed-token-of-acme' },
			...inMap<unknown>(liteLlm.keys, 'hashed-token-of-acme'),
			...{ normal: false, stopped: true, restore: { blocked: false } },
			stop: 'POST /key/block {"key":"hashed-token-of-acme"}',
			bringBack: 'POST /key/unblock {"key":"hashed-token-of-acme"}',
		},
		{
			...{ vendor: 'openai', action: 'providerSpendLimit', double: openAi, targetId: 'proj_acme' },
			...inMap<unknown>(openAi.spendLimits, 'proj_acme'),
			...{ normal: 50_000, stopped: 1, restore: { thresholdCents: 50_000 } },
			stop: `POST /v1/organization/projects/proj_acme/spend_limit ${spendLimit(1)}`,
			bringBack: `POST /v1/organization/projects/proj_acme/spend_limit ${spendLimit(50_000)}`,
		},
		{
			...{ ...key, vendor: 'openrouter', double: openRouter, targetId: 'hash-of-acme' },
			...inMap<unknown>(openRouter.keys, 'hash-of-acme'),
			...{ normal: false, stopped: true, restore: { disabled: false } },
			stop: 'PATCH /api/v1/keys/hash-of-acme {"disabled":true}',
			bringBack: 'PATCH /api/v1/keys/hash-of-acme {"disabled":false}',
		},
		{
			...{ action: 'block', vendor: 'twilio', double: twilio, targetId: SUBACCOUNT },
			...inMap<unknown>(twilio.accounts, SUBACCOUNT),
			...{ normal: 'active', stopped: 'suspended', restore: { status: 'active' } },
			stop: `POST /2010-04-01/Accounts/${SUBACCOUNT}.json Status=suspended`,
			bringBack: `POST /2010-04-01/Accounts/${SUBACCOUNT}.json Status=active`,
		},
		{
			...{ ...key, vendor: 'unkey', double: unkey, targetId: 'key_acme' },
			...inMap<unknown>(unkey.keys, 'key_acme'),
			...{ normal: true, stopped: false, restore: { enabled: true } },
			stop: 'POST /v2/keys.updateKey {"keyId":"key_acme","enabled":false}',
			bringBack: 'POST /v2/keys.updateKey {"keyId":"key_acme","enabled":true}',
		},
	];
}

const inMap = <Value>(map: Map<string, Value>, id: string) => ({
	set: (value: Value) => void map.set(id, value),
	get: () => map.get(id),
});

const spendLimit = (cents: number) =>
	JSON.stringify({ threshold_amount: cents, currency: 'USD', interval: 'month' });
