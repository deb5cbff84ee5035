import { StoreUnavailableError } from '../../ports/database.ts';
import type { RedisClient } from './connect.ts';
import { asStoreError, isNoScript } from './errors.ts';
import { loadScripts, type ScriptName } from './scripts.ts';
import { inTime } from './timeLimit.ts';

export type ScriptArgument = string | Buffer;

/** Sends scripts and commands: each is answered in time, or StoreUnavailableError. */
export class RedisLink {
	/** All keys are in one store, so that one script may work on several partitions. */
	readonly isOneStore: boolean;
	readonly #client: RedisClient;
	readonly #scripts = loadScripts();
	/** Why the line broke, or could not be opened: a password that is wrong is told apart from a cable that is out. */
	#lastError: unknown;

	constructor(client: RedisClient) {
		this.#client = client;
		this.isOneStore = !client.isCluster;
		client.on('error', (error: unknown) => {
			this.#lastError = error;
		});
	}

	/** Runs a script whose answer is numbers and UTF-8. */
	run(
		name: ScriptName,
		keys: readonly string[],
		args: readonly ScriptArgument[],
	): Promise<unknown> {
		return this.#run(name, [keys.length, ...keys, ...args], 'call');
	}

	/** Runs a script whose answer has other bytes in it: every text in it is a Buffer. */
	runForBytes(
		name: ScriptName,
		keys: readonly string[],
		args: readonly ScriptArgument[],
	): Promise<unknown> {
		return this.#run(name, [keys.length, ...keys, ...args], 'callBuffer');
	}

	async send<Result>(command: (client: RedisClient) => Promise<Result>): Promise<Result> {
		const { status } = this.#client;
		// Nothing is queued for later: it would be done when nobody waits for it any more.
		if (status !== 'ready') {
			const cause = this.#lastError ?? new Error(`the connection is: ${status}`);
			throw new StoreUnavailableError('Redis', cause);
		}
		try {
			return await inTime(command(this.#client));
		} catch (error) {
			throw asStoreError(error);
		}
	}

	close(): void {
		this.#client.disconnect();
	}

	/** By its hash; a Redis that does not know the script, as after a restart, gets its text. */
	async #run(
		name: ScriptName,
		args: (number | ScriptArgument)[],
		call: 'call' | 'callBuffer',
	): Promise<unknown> {
		const { sha, source } = this.#scripts[name];
		try {
			return await this.send((client) => client[call]('EVALSHA', [sha, ...args]));
		} catch (error) {
			if (!isNoScript(error)) throw error;
			return this.send((client) => client[call]('EVAL', [source, ...args]));
		}
	}
}
