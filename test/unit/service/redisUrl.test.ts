import { parseRedisUrl } from '../../../anomaly-service/src/adapters/redis/redisUrl.ts';

describe('parseRedisUrl', () => {
	it('reads one Redis, with and without what may be left out', () => {
		expect(parseRedisUrl('redis://localhost')).toEqual({
			nodes: [{ host: 'localhost', port: 6379 }],
			isCluster: false,
		});
		expect(parseRedisUrl('redis://fuse:p%40ss%2Fword@redis.internal:6380/2')).toEqual({
			nodes: [
				{ host: 'redis.internal', port: 6380, username: 'fuse', password: 'p@ss/word', db: 2 },
			],
			isCluster: false,
		});
		expect(parseRedisUrl('rediss://:secret@[::1]:7000/')).toEqual({
			nodes: [{ host: '::1', port: 7000, password: 'secret', tls: {} }],
			isCluster: false,
		});
	});

	it('takes several hosts for a cluster, and one that says so', () => {
		expect(parseRedisUrl('redis://u:p@a:1,b:2,c')).toEqual({
			nodes: [
				{ host: 'a', port: 1, username: 'u', password: 'p' },
				{ host: 'b', port: 2, username: 'u', password: 'p' },
				{ host: 'c', port: 6379, username: 'u', password: 'p' },
			],
			isCluster: true,
		});
		expect(parseRedisUrl('redis-cluster://a:1')).toEqual({
			nodes: [{ host: 'a', port: 1 }],
			isCluster: true,
		});
		expect(parseRedisUrl('rediss-cluster://a').nodes[0].tls).toEqual({});
	});

	it('refuses what is no address of a Redis', () => {
		for (const url of [
			'',
			'localhost:6379',
			'http://localhost',
			'redis://',
			'redis://a:b',
			'redis://a,,b',
		]) {
			expect(() => parseRedisUrl(url)).toThrow();
		}
	});
});
