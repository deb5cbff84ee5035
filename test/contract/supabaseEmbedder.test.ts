import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { embedderContract } from './embedderContract.ts';

embedderContract('supabase-js', openSupabaseDoubleDatabase);
