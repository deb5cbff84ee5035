import type { Severity } from '../../../../core/alert.ts';
import { channelsOf, type AlertRoute } from '../../../../core/alerting/routing.ts';

const of = (
	rule: string,
	severity: Severity,
	{ breakerFired = false, tenantId = 'acme', routes = [] as AlertRoute[] } = {},
) => channelsOf({ rule, severity, tenantId, breakerFired }, routes);

describe('where people are told', () => {
	it.each<[string, Severity, string[]]>([
		['spikeRatio', 'warning', ['slack']],
		['latencyP95', 'high', ['slack']],
		['vectorDistance', 'critical', ['slack', 'telegram']],
		['budgetThreshold', 'warning', ['slack', 'email']],
		['budgetThreshold', 'critical', ['slack', 'telegram']],
		['spend.drift', 'high', ['slack', 'email']],
		['cacheHitRatio', 'warning', ['slack', 'email']],
		['price.unknown', 'warning', ['slack', 'email']],
		['service.degraded', 'critical', ['slack', 'telegram', 'pagerduty']],
		['canary.allowed', 'critical', ['slack', 'telegram', 'pagerduty']],
		['providerErrorRate', 'high', ['slack', 'telegram', 'pagerduty']],
		['noData', 'warning', ['slack']],
	])('%s that is %s: %j', (rule, severity, channels) => {
		expect(of(rule, severity)).toEqual(channels);
	});

	it('calls whoever is on call when a tenant was cut off, however severe it was', () => {
		expect(of('spikeRatio', 'warning', { breakerFired: true })).toEqual(['slack', 'telegram']);
	});

	it('is where the first route says that fits', () => {
		const routes: AlertRoute[] = [
			{ rules: ['spikeRatio'], severities: ['high'], channels: ['email'] },
			{ tenantId: 'acme', channels: ['telegram', 'slack'] },
			{ rules: ['spikeRatio'], channels: [] },
		];

		expect(of('spikeRatio', 'high', { routes })).toEqual(['email']);
		expect(of('spikeRatio', 'warning', { routes })).toEqual(['slack', 'telegram']);
		expect(of('spikeRatio', 'warning', { routes, tenantId: 'other' })).toEqual([]);
		expect(of('latencyP95', 'warning', { routes, tenantId: 'other' })).toEqual(['slack']);
	});
});
