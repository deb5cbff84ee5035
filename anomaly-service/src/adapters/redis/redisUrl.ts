/** One node of a Redis, and how to log in there. */
export type RedisNode = {
	host: string;
	port: number;
	username?: string;
	password?: string;
	db?: number;
	tls?: Record<string, never>;
};

/** `isCluster`: the URL names several nodes, or says so. */
export type RedisAddress = { nodes: [RedisNode, ...RedisNode[]]; isCluster: boolean };

const DEFAULT_PORT = 6379;
const FORM = /^(rediss?)(-cluster)?:\/\/(?:(.*)@)?([^/@]+?)(?:\/(\d*))?$/;

/**
 * `redis://user:password@host:6379/0`, `rediss://…` over TLS; `redis-cluster://host:7000,host:7001`, `rediss-cluster://…`
 * or any of them with several hosts for a Redis Cluster, of which not every node has to be named. Throws TypeError.
 */
export function parseRedisUrl(url: string): RedisAddress {
	const [, scheme, cluster, login, hosts = '', db = ''] = FORM.exec(url) ?? [];
	const common = {
		...(login === undefined ? {} : parseLogin(login)),
		...(db === '' ? {} : { db: Number(db) }),
		...(scheme === 'rediss' ? { tls: {} } : {}),
	};
	const [first, ...others] = hosts.split(',').map((host) => ({ ...common, ...parseHost(host) }));
	if (scheme === undefined || !first) {
		throw new TypeError('expected redis://host:port or redis-cluster://host:port,host:port');
	}
	return { nodes: [first, ...others], isCluster: cluster !== undefined || others.length > 0 };
}

function parseLogin(login: string): Pick<RedisNode, 'username' | 'password'> {
	const { username, password } = new URL(`redis://${login}@host`);

	return {
		...(username === '' ? {} : { username: decodeURIComponent(username) }),
		...(password === '' ? {} : { password: decodeURIComponent(password) }),
	};
}

function parseHost(text: string): Pick<RedisNode, 'host' | 'port'> {
	const { hostname, port } = new URL(`redis://${text}`);
	if (hostname === '') throw new TypeError('expected a host between the commas');

	return {
		// An IPv6 address stands in brackets.
		host: hostname.replace(/^\[(.*)\]$/, '$1'),
		port: port === '' ? DEFAULT_PORT : Number(port),
	};
}
