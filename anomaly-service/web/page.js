/** The page: all tenants, or one of them, asked for anew every few seconds. */
import { find } from './elements.js';
import { showOverview } from './overview.js';
import { forgetKey, hasKey, keepKey, useKey } from './service.js';
import { showTenant } from './tenantView.js';

const REFRESH_MS = 2000;

/** Counts the refreshes: one that was overtaken by a change of the view shows nothing. */
let round = 0;

find('login').addEventListener('submit', (event) => {
	event.preventDefault();
	useKey(find('key').value.trim());
	void refresh();
});
window.addEventListener('hashchange', () => void refresh());
document.addEventListener('visibilitychange', () => void refresh());
find('span').addEventListener('change', () => void refresh());

/** `#tenant=…`; null: all of them. */
function chosenTenant() {
	return new URLSearchParams(location.hash.slice(1)).get('tenant');
}

async function refresh() {
	if (!hasKey()) return showLogin('A service key is needed.');
	if (document.hidden) return;
	const mine = ++round;
	const tenantId = chosenTenant();
	const isCurrent = () => mine === round;
	try {
		if (tenantId === null) await showOverview();
		else await showTenant(tenantId, isCurrent);
		if (!isCurrent()) return;
		keepKey();
		find('login').hidden = true;
		find('overview').hidden = tenantId !== null;
		find('tenant').hidden = tenantId === null;
		document.title = tenantId === null ? 'LLM Fuse' : `${tenantId} · LLM Fuse`;
		find('status').textContent = `Live · ${new Date().toLocaleTimeString()}`;
	} catch (error) {
		if (!isCurrent()) return;
		if (error.status === 401 || error.status === 403) return showLogin(error.message);
		find('status').textContent = `Not connected: ${error.message}`;
	}
}

function showLogin(why) {
	forgetKey();
	find('overview').hidden = true;
	find('tenant').hidden = true;
	find('login').hidden = false;
	find('status').textContent = why;
}

/** The next round begins when the last one ended: a slow answer is not asked for twice. */
async function keepRefreshing() {
	await refresh();
	setTimeout(keepRefreshing, REFRESH_MS);
}
void keepRefreshing();
