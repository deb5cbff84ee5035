/** The overview: asks the service's own API every two seconds with the key from the address's fragment or the form. */
const REFRESH_MS = 2000;
const MICRO_CENTS_PER_USD = 100_000_000;

let key = new URLSearchParams(location.hash.slice(1)).get('key') ?? sessionStorage.getItem('key');
// The key leaves the address bar at once, so that a screenshot or the history does not carry it.
if (location.hash) history.replaceState(null, '', location.pathname);

const find = (id) => document.getElementById(id);

find('login').addEventListener('submit', (event) => {
	event.preventDefault();
	key = find('key').value.trim();
	void refresh();
});

async function get(path) {
	const response = await fetch(path, { headers: { authorization: `Bearer ${key}` } });
	if (response.ok) return response.json();
	const problem = await response.json().catch(() => ({ detail: `HTTP ${response.status}` }));
	throw Object.assign(new Error(problem.detail), { status: response.status });
}

async function refresh() {
	if (!key) return showLogin('A service key is needed.');
	try {
		const [tenants, incidents, alerts] = await Promise.all(
			['/v1/tenants', '/v1/incidents', '/v1/alerts'].map(get),
		);
		sessionStorage.setItem('key', key);
		find('login').hidden = true;
		find('overview').hidden = false;
		find('tenants').replaceChildren(
			...rowsOr(tenants.map(tenantRow), 'No tenant was active in the last week.'),
		);
		find('incidents').replaceChildren(
			...itemsOr(incidents.slice(0, 10).map(incidentItem), 'No incident.'),
		);
		find('alerts').replaceChildren(...itemsOr(alerts.slice(0, 10).map(alertItem), 'No alert.'));
		find('status').textContent = `Live · ${new Date().toLocaleTimeString()}`;
	} catch (error) {
		if (error.status === 401 || error.status === 403) return showLogin(error.message);
		find('status').textContent = `Not connected: ${error.message}`;
	}
}

function showLogin(why) {
	key = null;
	sessionStorage.removeItem('key');
	find('overview').hidden = true;
	find('login').hidden = false;
	find('status').textContent = why;
}

function tenantRow(tenant) {
	const distance = element('td', {});
	if (tenant.timesTheLimit === null) {
		distance.append(
			element('span', { className: 'quiet' }, tenant.baselineVersion ? 'quiet' : 'learning'),
		);
	} else {
		const value = Math.min(2, tenant.timesTheLimit);
		distance.append(
			Object.assign(document.createElement('meter'), {
				min: 0,
				max: 2,
				low: 0.8,
				high: 1,
				optimum: 0,
				value,
			}),
			` ${tenant.timesTheLimit.toFixed(2)} × limit`,
		);
	}
	return element(
		'tr',
		{},
		element('td', {}, tenant.tenantId),
		element('td', { className: tenant.breaker.state }, tenant.breaker.state),
		element('td', { className: 'number' }, String(tenant.requestsLastMinute)),
		element(
			'td',
			{ className: 'number' },
			(tenant.microCentsLastMinute / MICRO_CENTS_PER_USD).toFixed(4),
		),
		distance,
		element('td', { className: 'quiet' }, new Date(tenant.lastAt).toLocaleString()),
	);
}

function incidentItem(incident) {
	const ended = incident.closedAt
		? `closed ${new Date(incident.closedAt).toLocaleString()}`
		: 'open';
	return element(
		'li',
		{},
		element('strong', { className: incident.severity }, `${incident.tenantId} · ${incident.rule}`),
		` opened ${new Date(incident.openedAt).toLocaleString()}, ${ended}, ${incident.actions.length} actions `,
		element('code', {}, incident.alertText),
	);
}

function alertItem(alert) {
	// What the service tells of itself, `price.unknown`, is over no threshold; rules of detectors have no dot.
	const strength = alert.rule.includes('.') ? '' : `, ${alert.strength.toFixed(2)} × threshold`;
	return element(
		'li',
		{},
		element('strong', { className: alert.severity }, `${alert.tenantId} · ${alert.rule}`),
		` ${new Date(alert.notifiedAt).toLocaleString()}${strength} `,
		element('code', {}, JSON.stringify(alert.evidence)),
	);
}

function rowsOr(rows, empty) {
	if (rows.length > 0) return rows;
	const cell = element('td', { className: 'quiet' }, empty);
	cell.colSpan = 6;
	return [element('tr', {}, cell)];
}

function itemsOr(items, empty) {
	return items.length > 0 ? items : [element('li', { className: 'quiet' }, empty)];
}

/** Text always enters as text nodes: tenant ids come from outside. */
function element(name, properties, ...children) {
	const made = Object.assign(document.createElement(name), properties);
	made.append(...children);
	return made;
}

setInterval(refresh, REFRESH_MS);
void refresh();
