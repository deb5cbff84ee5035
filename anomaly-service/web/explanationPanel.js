import { element, find, itemsOr, moment } from './elements.js';
import { get } from './service.js';

const FEATURES_SHOWN = 6;
const EPISODES_SHOWN = 8;
/** An alert ends after an hour without a flagged snapshot. */
const QUIET_MS = 3_600_000;

/** Why a tenant is where it is, now or at a moment that was chosen. */
export function createExplanationPanel(tenantId) {
	/** ISO 8601; null: now. */
	let chosen = null;
	let shownMoments = '';
	const path = `/v1/tenants/${encodeURIComponent(tenantId)}/explanation`;

	async function explain() {
		const answer = await get(chosen === null ? path : `${path}?at=${encodeURIComponent(chosen)}`)
			// Without an explanation the rest of the page is as good as ever.
			.catch((error) => ({ fault: error.message }));
		const when = chosen === null ? 'now' : moment(chosen);
		find('why').hidden = answer.fault !== undefined && chosen === null;
		find('whyTitle').textContent = `What moved, ${when}`;
		find('whySummary').textContent = summaryOf(answer);
		const moved = (answer.moved ?? []).slice(0, FEATURES_SHOWN);
		const items = moved.map((feature) => movedItem(feature, moved[0]));
		find('moved').replaceChildren(...itemsOr(items, 'Nothing: all is as usual.'));
	}

	function showMoments(snapshots) {
		const episodes = episodesOf(snapshots).slice(-EPISODES_SHOWN).reverse();
		const key = JSON.stringify([chosen, episodes]);
		// Only when something changed: a button under the finger must stay where it is.
		if (key === shownMoments) return;
		shownMoments = key;
		const focused = document.activeElement?.textContent;
		const now = momentButton('Now', null);
		const buttons = episodes.map(({ from, peak }) =>
			momentButton(`${moment(from)}, up to ${peak.strength.toFixed(2)} ×`, peak.at),
		);
		find('moments').replaceChildren(
			...[now, ...buttons].map((button) => element('li', {}, button)),
		);
		[now, ...buttons].find(({ textContent }) => textContent === focused)?.focus();
	}

	function momentButton(text, at) {
		const button = element('button', { type: 'button' }, text);
		button.setAttribute('aria-pressed', String(chosen === at));
		button.addEventListener('click', () => {
			chosen = at;
			for (const other of find('moments').querySelectorAll('button')) {
				other.setAttribute('aria-pressed', String(other === button));
			}
			void explain();
		});
		return button;
	}

	return {
		async show({ snapshots }) {
			showMoments(snapshots);
			await explain();
		},
	};
}

/** Flagged snapshots that belong together, each with its farthest one. */
function episodesOf(snapshots) {
	const episodes = [];
	for (const snapshot of snapshots.filter(({ flagged }) => flagged)) {
		const last = episodes.at(-1);
		if (last && Date.parse(snapshot.at) - Date.parse(last.to) <= QUIET_MS) {
			last.to = snapshot.at;
			if (snapshot.strength > last.peak.strength) last.peak = snapshot;
		} else episodes.push({ from: snapshot.at, to: snapshot.at, peak: snapshot });
	}
	return episodes;
}

function summaryOf({ fault, timesTheLimit, suppressedBy, nearest = [] }) {
	if (fault !== undefined) return fault;
	const [like] = nearest;
	const parts = [
		`${timesTheLimit.toFixed(2)} × the limit.`,
		...(like ? [`Most like it was ${moment(like.at)}.`] : []),
		...(suppressedBy?.feedback ? ['Somebody called something alike fine.'] : []),
		...(suppressedBy?.maintenance ? ['In a maintenance window.'] : []),
	];
	return parts.join(' ');
}

/** Its bar is as long as its share of the strongest. */
function movedItem({ words, feature, windowMinutes, weight }, strongest) {
	const value = Math.abs(weight / strongest.weight);
	const bar = element('meter', { min: 0, max: 1, value });
	bar.setAttribute('aria-label', 'How much it turned the vector');

	return element('li', {}, bar, ` ${words ?? `${feature} in ${windowMinutes} min`}`);
}
