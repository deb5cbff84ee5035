import { WriteTogether } from '../../../anomaly-service/src/stages/writeTogether.ts';

describe('writing together', () => {
	it('writes the first item at once and those that come meanwhile with one call, in order', async () => {
		const writes: number[][] = [];
		const book = new WriteTogether<number>(async (items) => {
			writes.push(items);
			await new Promise((resolve) => setTimeout(resolve, 5));
		});
		const first = book.add(1);
		await Promise.resolve();
		await Promise.resolve();
		await Promise.all([first, book.add(2), book.add(3)]);
		await book.add(4);

		expect(writes).toEqual([[1], [2, 3], [4]]);
	});

	it('tells those whose write failed, and goes on', async () => {
		let failing = true;
		const book = new WriteTogether<number>(async () => {
			if (failing) throw new Error('the store is down');
		});
		const failed = await Promise.allSettled([book.add(1), book.add(2)]);
		failing = false;

		expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		await book.add(3);
	});
});
