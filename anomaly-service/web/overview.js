import { element, find, gauge, itemsOr, moment, rowsOr, usd } from './elements.js';
import { get } from './service.js';

/** All tenants, and what happened lately. */
export async function showOverview() {
	const [tenants, incidents, alerts] = await Promise.all(
		['/v1/tenants', '/v1/incidents', '/v1/alerts'].map(get),
	);
	const focused = document.activeElement?.getAttribute('href');
	find('tenants').replaceChildren(
		...rowsOr(tenants.map(tenantRow), 'No tenant was active in the last week.', 6),
	);
	find('incidents').replaceChildren(
		...itemsOr(incidents.slice(0, 10).map(incidentItem), 'No incident.'),
	);
	find('alerts').replaceChildren(...itemsOr(alerts.slice(0, 10).map(alertItem), 'No alert.'));
	// The rows are new: whoever went through them with the keyboard goes on from the same place.
	if (focused?.startsWith('#tenant=')) {
		find('tenants')
			.querySelector(`a[href="${CSS.escape(focused)}"]`)
			?.focus();
	}
}

export function tenantAddress(tenantId) {
	return `#tenant=${encodeURIComponent(tenantId)}`;
}

function tenantRow(tenant) {
	const distance = element('td', {});
	if (tenant.timesTheLimit === null) {
		const why = tenant.baselineVersion ? 'quiet' : 'learning';
		distance.append(element('span', { className: 'quiet' }, why));
	} else distance.append(...gauge(tenant.timesTheLimit));
	const { tenantId, breaker, requestsLastMinute, microCentsLastMinute, lastAt } = tenant;

	return element(
		'tr',
		{},
		element('td', {}, element('a', { href: tenantAddress(tenantId) }, tenantId)),
		element('td', { className: breaker.state }, breaker.state),
		element('td', { className: 'number' }, String(requestsLastMinute)),
		element('td', { className: 'number' }, usd(microCentsLastMinute, 4)),
		distance,
		element('td', { className: 'quiet' }, lastAt === null ? 'never' : moment(lastAt)),
	);
}

function incidentItem({ tenantId, rule, severity, openedAt, closedAt, actions, alertText }) {
	const ended = closedAt ? `closed ${moment(closedAt)}` : 'open';

	return element(
		'li',
		{},
		element('strong', { className: severity }, `${tenantId} · ${rule}`),
		` opened ${moment(openedAt)}, ${ended}, ${actions.length} actions `,
		element('code', {}, alertText),
	);
}

function alertItem({ tenantId, rule, severity, state, openedAt, strength, evidence }) {
	// What the service tells of itself, `price.unknown`, is over no threshold; rules of detectors have no dot.
	const times = rule.includes('.') ? '' : `, ${strength.toFixed(2)} × threshold`;

	return element(
		'li',
		{},
		element('strong', { className: severity }, `${tenantId} · ${rule}`),
		` ${moment(openedAt)}, ${state}${times} `,
		element('code', {}, JSON.stringify(evidence)),
	);
}
