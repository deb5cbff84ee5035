import { alertText } from '../../../core/alert.ts';

describe('alertText', () => {
	it('is the documented alert, byte for byte', () => {
		const text = alertText({
			severity: 'critical',
			tenantId: 'org_98765_alpha',
			spendPerMinute: 4_550_000_000,
			faultyEndpoint: 'api.openai.com/v1/chat/completions',
			breakerFired: true,
			at: Date.UTC(2026, 9, 14, 8, 12, 45, 678),
		});

		expect(text).toBe(
			'{"alert_level":"TIER_1_CRITICAL","tenant_id":"org_98765_alpha","spend_velocity_per_min":45.50,"faulty_endpoint":"api.openai.com/v1/chat/completions","circuit_breaker_fired":true,"timestamp":"2026-10-14T08:12:45Z"}',
		);
	});

	it('stays JSON whatever a tenant is called', () => {
		const tenantId = 'a"b\\c\u2028<&>';
		const text = alertText({
			severity: 'warning',
			tenantId,
			spendPerMinute: 0,
			faultyEndpoint: '',
			breakerFired: false,
			at: 0,
		});

		expect(JSON.parse(text)).toMatchObject({ tenant_id: tenantId, alert_level: 'TIER_3_WARNING' });
	});
});
