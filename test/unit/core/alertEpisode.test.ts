import { observeFinding, type AlertEpisode } from '../../../core/alertEpisode.ts';

const MINUTE = 60_000;

function notifications(findings: { strength: number; at: number }[]): number[] {
	let episode: AlertEpisode | undefined;
	return findings.flatMap((finding) => {
		const observed = observeFinding(episode, finding);
		episode = observed.episode;
		return observed.notify ? [finding.at / MINUTE] : [];
	});
}

describe('observeFinding', () => {
	it('notifies once while a finding goes on at the same strength', () => {
		const findings = Array.from({ length: 300 }, (_, minute) => ({
			strength: 1.4,
			at: minute * MINUTE,
		}));

		expect(notifications(findings)).toEqual([0]);
	});

	it('notifies again when it got half as bad again, measured from the last notification', () => {
		const strengths = [1, 1.4, 1.5, 2.2, 2.25];
		const findings = strengths.map((strength, index) => ({ strength, at: index * 5 * MINUTE }));

		expect(notifications(findings)).toEqual([0, 10, 20]);
	});

	it('notifies at most every five minutes, however fast it gets worse', () => {
		const findings = Array.from({ length: 12 }, (_, minute) => ({
			strength: 2 ** minute,
			at: minute * MINUTE,
		}));

		expect(notifications(findings)).toEqual([0, 5, 10]);
	});

	it('opens anew after an hour without a finding', () => {
		const at = [0, 60 * MINUTE, 121 * MINUTE];

		expect(notifications(at.map((time) => ({ strength: 1, at: time })))).toEqual([0, 121]);
	});
});
