import { AskTogether } from '../../../anomaly-service/src/stages/askTogether.ts';

function slowStore() {
	const asked: string[][] = [];
	const answers: (() => void)[] = [];
	const together = new AskTogether<string>({
		store: 'The list',
		ask: async (names) => {
			asked.push([...names]);
			await new Promise<void>((resolve) => answers.push(resolve));
			return new Map(names.filter((name) => name !== 'none').map((name) => [name, `${name}!`]));
		},
		maxTogether: 100,
		maxWaiting: 3,
	});

	return { asked, together, answer: () => answers.shift()?.() };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('questions asked together', () => {
	it('go out one at a time, whoever comes meanwhile together in the next one', async () => {
		const { asked, together, answer } = slowStore();
		const first = together.get('a');
		const next = [together.get('b'), together.get('none'), together.get('b')];
		expect(asked).toEqual([['a']]);

		answer();
		expect(await first).toBe('a!');
		await settled();
		expect(asked).toEqual([['a'], ['b', 'none']]);
		answer();
		expect(await Promise.all(next)).toEqual(['b!', undefined, 'b!']);
	});

	it('are not answered with what was read before they were asked', async () => {
		const { asked, together, answer } = slowStore();
		const first = together.get('a');
		const second = together.get('a');
		answer();
		await first;
		await settled();
		answer();
		await second;

		expect(asked).toEqual([['a'], ['a']]);
	});

	it('beyond what may wait are refused, and those that wait are answered', async () => {
		const { together, answer } = slowStore();
		const first = together.get('a');
		const waiting = ['b', 'c', 'd'].map((name) => together.get(name));

		await expect(together.get('e')).rejects.toThrow('The list does not answer');
		answer();
		await first;
		await settled();
		answer();
		expect(await Promise.all(waiting)).toEqual(['b!', 'c!', 'd!']);
	});

	it('that failed are told so, and the next ones are asked', async () => {
		let isDown = true;
		const together = new AskTogether<number>({
			store: 'The list',
			ask: async () => {
				if (isDown) throw new Error('down');
				return new Map([['a', 1]]);
			},
			maxTogether: 1,
			maxWaiting: 9,
		});

		await expect(together.get('a')).rejects.toThrow('down');
		isDown = false;
		expect(await together.get('a')).toBe(1);
	});
});
