import { behaviourText } from '../../../../anomaly-service/src/stages/behaviourText.ts';
import { COORDINATES } from '../../../../core/behaviour/features.ts';
import { projectionOf, unit } from '../../../support/servers/embeddingsDouble.ts';

const MINUTE = 20_489 * 1440 + 845;
const textOf = (deviations: Record<number, number>, minute = MINUTE) =>
	behaviourText({ minute, standardised: COORDINATES.map((_, axis) => deviations[axis] ?? 0) });
/** What is said beside the opening. */
const saidOf = (deviations: Record<number, number>) =>
	textOf(deviations).split('More than usual: ')[1];

const indexOf = (feature: string, windowMinutes: number) =>
	COORDINATES.findIndex(
		(coordinate) => coordinate.feature === feature && coordinate.windowMinutes === windowMinutes,
	);

describe('behaviour as text', () => {
	it('says which features are off, in which window, and each the oftener the further it is', () => {
		const said = saidOf({
			[indexOf('costPerRequest', 15)]: 4,
			[indexOf('volume', 5)]: 12,
			[indexOf('spend', 5)]: 1,
		});

		expect(said).toMatch(
			/^in 5 minutes volume( volume)*; in 15 minutes cost per request( cost per request)*\.$/,
		);
		expect(said?.match(/volume/g)?.length).toBeGreaterThan(
			2 * (said?.match(/cost per request/g)?.length ?? Infinity),
		);
		expect(saidOf({})).toBe('nothing.');
	});

	it('is the same for what is the same but for noise and time, and another for what is not', () => {
		const spend = indexOf('spend', 5);

		expect(textOf({ [spend]: 6 })).toBe(textOf({ [spend]: 6.1 }, MINUTE + 777));
		expect(textOf({ [spend]: 1 })).toBe(textOf({}));
		expect(textOf({ [spend]: 6 })).not.toBe(textOf({ [spend]: 12 }));
	});

	it('keeps the order of its words when two features swap by a little', () => {
		const [volume, spend] = [indexOf('volume', 5), indexOf('spend', 5)];

		expect(textOf({ [volume]: 6, [spend]: 6.1 })).toBe(textOf({ [volume]: 6.1, [spend]: 6 }));
	});

	it('turns further away from calm the further a feature is off, as far as words count', () => {
		const calm = unit(projectionOf(textOf({})));
		const angles = [3, 5, 8, 12].map((strength) => {
			const text = unit(projectionOf(textOf({ [indexOf('spend', 5)]: strength })));
			return 1 - text.reduce((sum, value, axis) => sum + value * (calm[axis] ?? 0), 0);
		});

		expect(angles).toEqual([...angles].sort((a, b) => a - b));
		expect(angles[3]).toBeGreaterThan(3 * (angles[0] ?? Infinity));
	});

	it('is bounded, whatever is off', () => {
		const everything = Object.fromEntries(COORDINATES.map((_, axis) => [axis, 12]));

		expect(textOf(everything).length).toBeLessThan(3300);
	});
});
