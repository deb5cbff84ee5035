import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis } from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisBroadcast } from '../../anomaly-service/src/adapters/redis/redisBroadcast.ts';
import type { BroadcastMessage, Received } from '../../anomaly-service/src/ports/broadcast.ts';
import { poll } from '../e2e/harness/poll.ts';
import { startRedisCluster } from '../support/servers/redisCluster.ts';
import { hasRedis, startRedis } from '../support/servers/redisServer.ts';
import { describeWith } from '../support/servers/suiteServers.ts';

const CHANGED: BroadcastMessage = { kind: 'limitsChanged' };

describeWith('Redis', hasRedis())('broadcast over Redis', () => {
	const opened: { close(): Promise<void> }[] = [];
	const open = async (url: string) => {
		const publisher = await connectRedis(url);
		const broadcast = await RedisBroadcast.open({ publisher, url });
		opened.push(broadcast, { close: async () => publisher.disconnect() });
		const heard: { received: Received; at: number }[] = [];
		broadcast.listen((received) => heard.push({ received, at: performance.now() }));
		return { broadcast, publisher, heard };
	};
	const heardBy = (heard: unknown[]) =>
		poll({ what: 'a message' }, async () => heard.length > 0 || undefined);
	afterEach(async () => {
		for (const each of opened.splice(0)) await each.close();
	});

	it('reaches every other replica within 50 ms, and not its sender', async () => {
		const server = await startRedis();
		const [a, b, c] = [await open(server.url), await open(server.url), await open(server.url)];
		// A stall of the machine delays one of them, a slow way all.
		const delaysMs: number[] = [];
		for (let message = 0; message < 5; message++) {
			const said = performance.now();
			await a.broadcast.publish({ ...CHANGED });
			await Promise.all([heardBy(b.heard), heardBy(c.heard)]);

			const heard = [...b.heard.splice(0), ...c.heard.splice(0)];
			const received = { from: a.broadcast.self, message: CHANGED };
			expect(heard).toMatchObject([{ received }, { received }]);
			delaysMs.push(Math.max(...heard.map(({ at }) => at)) - said);
		}
		expect(Math.min(...delaysMs)).toBeLessThan(50);
		expect(a.heard).toEqual([]);
		await server.stop();
	});

	it('hears nothing that is no message of ours', async () => {
		const server = await startRedis();
		const [a, b] = [await open(server.url), await open(server.url)];
		for (const text of ['{', 'null', '{"from":1,"message":{}}', '{"from":"x","message":3}']) {
			await a.publisher.publish('fuse:1:broadcast', text);
		}
		await a.broadcast.publish(CHANGED);
		await heardBy(b.heard);

		expect(b.heard).toHaveLength(1);
		await server.stop();
	});

	it('tells of a gap once the line is back, and hears again', async () => {
		const server = await startRedis();
		const [a, b] = [await open(server.url), await open(server.url)];
		let gaps = 0;
		b.broadcast.onGap(() => (gaps += 1));
		await server.kill();
		await a.broadcast.publish(CHANGED);
		expect(gaps).toBe(0);

		await server.restart();
		await poll({ what: 'the gap to be told' }, async () => gaps > 0 || undefined);
		await poll({ what: 'the publisher' }, async () => a.publisher.status === 'ready' || undefined);
		await a.broadcast.publish(CHANGED);
		await heardBy(b.heard);
		expect(gaps).toBe(1);
		await server.stop();
	});

	it('replaces a line that has gone silent', async () => {
		const server = await startRedis();
		const { broadcast } = await open(server.url);
		let gaps = 0;
		broadcast.onGap(() => (gaps += 1));
		server.pause();
		await delay(2500);
		server.resume();

		await poll({ what: 'the gap to be told' }, async () => gaps > 0 || undefined);
		await server.stop();
	});

	it('works through whichever nodes of a cluster', async () => {
		const cluster = await startRedisCluster();
		const urls = cluster.nodes.map(({ port }) => `redis-cluster://127.0.0.1:${port}`);
		const [a, b, c] = await Promise.all(urls.map(open));
		await a?.broadcast.publish(CHANGED);

		await Promise.all([heardBy(b?.heard ?? []), heardBy(c?.heard ?? [])]);
		expect(b?.heard[0]?.received.from).toBe(a?.broadcast.self);
		await cluster.stop();
	});
});
