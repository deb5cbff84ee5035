import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { scoringContract } from './scoringContract.ts';

scoringContract('supabase-js', openSupabaseDoubleDatabase);
