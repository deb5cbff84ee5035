import { readConfig } from './config.ts';
import { exitWithError } from './exitWithError.ts';
import { runService } from './runService.ts';

try {
	await runService(readConfig(process.env));
} catch (error) {
	exitWithError(error);
}
