import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { queueContract } from './queueContract.ts';
import { queueDeskContract } from './queueDeskContract.ts';

queueContract('supabase-js', openSupabaseDoubleDatabase);
queueDeskContract('supabase-js', openSupabaseDoubleDatabase);
