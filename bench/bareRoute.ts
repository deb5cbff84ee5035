import { createHash } from 'node:crypto';
import express from 'express';
import { Redis } from 'ioredis';

/** The floor of `reserve`: a bare Express 5 route that reads JSON and does one EVALSHA of one key. */
const SCRIPT = `return redis.call('INCRBY', KEYS[1], ARGV[1])`;
const SHA = createHash('sha1').update(SCRIPT).digest('hex');

const redis = new Redis(process.argv[2] ?? '');
await redis.script('LOAD', SCRIPT);

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.post('/', async (request, response) => {
	const { tenantId } = request.body as { tenantId: string };
	const used = await redis.evalsha(SHA, 1, `bare:${tenantId}`, 1);
	response.json({ decision: 'allow', used });
});

const server = app.listen(0, '127.0.0.1', () => {
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	process.stdout.write(`listens at http://127.0.0.1:${port}/\n`);
});
process.once('SIGTERM', () => process.exit(0));
