/** A message of Twilio as the REST API lists it: delivered in two segments for 0.0158 USD. */
export function twilioMessage(changes: Record<string, unknown> = {}) {
	return {
		sid: 'SM0123456789abcdef0123456789abcdef',
		account_sid: 'AC0123456789abcdef0123456789abcdef',
		from: '+15005550006',
		to: '+15005550009',
		status: 'delivered',
		direction: 'outbound-api',
		num_segments: '2',
		num_media: '0',
		price: '-0.01580',
		price_unit: 'USD',
		error_code: null,
		date_created: 'Fri, 20 Nov 2026 10:00:00 +0000',
		date_sent: 'Fri, 20 Nov 2026 10:00:02 +0000',
		date_updated: 'Fri, 20 Nov 2026 10:05:00 +0000',
		...changes,
	};
}

/** A call of Twilio: 61 seconds, 0.03 USD. */
export function twilioCall(changes: Record<string, unknown> = {}) {
	return {
		sid: 'CA0123456789abcdef0123456789abcdef',
		account_sid: 'AC0123456789abcdef0123456789abcdef',
		from: '+15005550006',
		to: '+15005550009',
		status: 'completed',
		duration: '61',
		price: '-0.03000',
		price_unit: 'USD',
		start_time: 'Fri, 20 Nov 2026 10:00:00 +0000',
		end_time: 'Fri, 20 Nov 2026 10:01:01 +0000',
		date_updated: 'Fri, 20 Nov 2026 10:05:00 +0000',
		...changes,
	};
}

/** A usage record of Twilio: 27 messages of one day for 0.4266 USD. */
export function twilioUsageRecord(changes: Record<string, unknown> = {}) {
	return {
		account_sid: 'AC0123456789abcdef0123456789abcdef',
		category: 'sms',
		count: '27',
		count_unit: 'messages',
		usage: '54',
		usage_unit: 'segments',
		price: 0.4266,
		price_unit: 'usd',
		start_date: '2026-11-20',
		end_date: '2026-11-20',
		as_of: '2026-11-21T06:00:00+00:00',
		...changes,
	};
}

/** An hour of a Lambda function on the AWS bill: 0.0205750612 USD. */
export function awsCostLine(changes: Record<string, unknown> = {}) {
	return {
		identity_line_item_id: 'abc123',
		identity_time_interval: '2026-11-20T10:00:00Z/2026-11-20T11:00:00Z',
		bill_billing_period_start_date: '2026-11-01T00:00:00Z',
		bill_payer_account_id: '111122223333',
		line_item_usage_account_id: '111122223333',
		line_item_line_item_type: 'Usage',
		line_item_usage_start_date: '2026-11-20T10:00:00Z',
		line_item_product_code: 'AWSLambda',
		line_item_usage_type: 'Lambda-GB-Second',
		line_item_operation: 'Invoke',
		line_item_usage_amount: '1234.5',
		line_item_currency_code: 'USD',
		line_item_unblended_cost: '0.0205750612',
		line_item_resource_id: 'arn:aws:lambda:us-east-1:111122223333:function:f',
		pricing_unit: 'Lambda-GB-Second',
		resource_tags: { user_tenant_id: 'acme' },
		...changes,
	};
}

export const LAMBDA_REPORT =
	'REPORT RequestId: 3604209a-e9a3-11e6-939a-754dd98c7be3\tDuration: 117.34 ms\tBilled Duration: 118 ms\tMemory Size: 512 MB\tMax Memory Used: 70 MB\t';

export const S3_LINE =
	'79a59df900b949e5 logs [06/Nov/2026:00:00:38 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3EXAMPLE REST.PUT.OBJECT a.txt "PUT /logs/a.txt HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -';
