import { createBacktestPanel } from './backtestPanel.js';
import { createBehaviourMap } from './behaviourMap.js';
import { createDistanceChart } from './distanceChart.js';
import { element, find, gauge } from './elements.js';
import { createExplanationPanel } from './explanationPanel.js';
import { get } from './service.js';

const HOUR_MS = 3_600_000;

let map;
let chart;
/** What belongs to the tenant that is shown. */
let current;

/** One tenant: its breaker, its picture, its distance over time, and why. `isCurrent`: the view was not left meanwhile. */
export async function showTenant(tenantId, isCurrent) {
	const address = `/v1/tenants/${encodeURIComponent(tenantId)}`;
	const from = new Date(Date.now() - Number(find('span').value) * HOUR_MS).toISOString();
	const [{ breaker }, behaviour] = await Promise.all([
		get(`${address}/state`),
		get(`${address}/behaviour?from=${encodeURIComponent(from)}`).catch(faultOf),
	]);
	if (!isCurrent()) return;
	if (current?.tenantId !== tenantId) current = openTenant(tenantId);
	find('tenant').hidden = false;
	find('breaker').textContent = `Breaker ${breaker.state}`;
	find('breaker').className = breaker.state;
	const { fault } = behaviour;
	find('behaviour').hidden = fault !== undefined;
	find('behaviourFault').hidden = fault === undefined;
	find('behaviourFault').textContent = fault ?? '';
	if (fault === undefined) await showBehaviour(behaviour);
	else {
		find('live').replaceChildren();
		find('why').hidden = true;
	}
}

function openTenant(tenantId) {
	find('tenantName').textContent = tenantId;
	createBacktestPanel(tenantId);

	return { tenantId, explanation: createExplanationPanel(tenantId) };
}

async function showBehaviour(behaviour) {
	const { latest } = behaviour;
	find('live').replaceChildren(
		...(latest ? gauge(latest.strength) : [element('span', { className: 'quiet' }, 'quiet')]),
	);
	map ??= createBehaviourMap();
	chart ??= createDistanceChart();
	map.show(behaviour);
	chart.show(behaviour);
	await current.explanation.show(behaviour);
}

/** A tenant without a baseline is told of; anything else ends the round. */
function faultOf(error) {
	if (error.status !== 404) throw error;

	return { fault: error.message };
}
