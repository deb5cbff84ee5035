import { KeyedQueue } from '../../../anomaly-service/src/stages/keyedQueue.ts';

describe('KeyedQueue', () => {
	it('runs what belongs to one key in order, and other keys meanwhile', async () => {
		const queue = new KeyedQueue();
		const log: string[] = [];
		let release: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const first = queue.run('a', async () => {
			await gate;
			log.push('a1');
		});
		const second = queue.run('a', async () => void log.push('a2'));
		await queue.run('b', async () => void log.push('b1'));
		release();
		await Promise.all([first, second]);

		expect(log).toEqual(['b1', 'a1', 'a2']);
	});

	it('goes on after a task that failed, and tells its caller', async () => {
		const queue = new KeyedQueue();
		const failed = queue.run('a', async () => Promise.reject(new Error('no')));

		await expect(failed).rejects.toThrow('no');
		await expect(queue.run('a', async () => 'yes')).resolves.toBe('yes');
	});
});
