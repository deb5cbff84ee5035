import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { commandContract } from './commandContract.ts';

commandContract('supabase-js', openSupabaseDoubleDatabase);
