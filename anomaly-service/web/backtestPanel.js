import { backtestResult } from './backtestResult.js';
import { element, find } from './elements.js';
import { post } from './service.js';

const MICRO_CENTS_PER_USD = 100_000_000;
const NUMBERS = ['spendCapUsdPerMinute', 'spikeRatioPct', 'vectorLimitFactor', 'tripStrength'];
const DETECTORS = ['spendCap', 'spikeRatio', 'vectorDistance'];

let tenantId;

/** The form is for this tenant from now on; what was answered for another one goes. */
export function createBacktestPanel(tenant) {
	tenantId = tenant;
	find('backtestResult').replaceChildren();
}

find('backtest').addEventListener('submit', async (event) => {
	event.preventDefault();
	const form = event.target;
	const asked = tenantId;
	const button = form.querySelector('button');
	button.disabled = true;
	show(element('p', { className: 'quiet' }, 'Replaying…'));
	try {
		const answer = await post('/v1/backtest', bodyOf(new FormData(form)));
		if (asked === tenantId) show(...backtestResult(answer));
	} catch (error) {
		show(element('p', { className: 'critical' }, error.message));
	} finally {
		button.disabled = false;
	}
});

function show(...children) {
	find('backtestResult').replaceChildren(...children);
}

/** What was left empty stays as it is configured. */
function bodyOf(form) {
	const numbers = NUMBERS.filter((name) => form.get(name) !== '').map((name) => [
		name,
		Number(form.get(name)),
	]);
	const off = DETECTORS.filter((name) => !form.has(name)).map((name) => [name, false]);
	const daily = form.get('dailyUsd');

	return {
		tenantId,
		days: Number(form.get('days')),
		changes: {
			...Object.fromEntries(numbers),
			...(off.length > 0 ? { detectors: Object.fromEntries(off) } : {}),
			...(daily === '' ? {} : { limits: [dailyLimit(Number(daily))] }),
		},
	};
}

function dailyLimit(usd) {
	const capacity = Math.round(usd * MICRO_CENTS_PER_USD);

	return { scope: 'tenant', unit: 'microCents', window: 'day', capacity, tenantId };
}
