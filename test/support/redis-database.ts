import { Redis } from 'ioredis';

/** A database of the shared Redis that is nobody else's for as long as a test needs it. */
export interface RedisDatabase {
  readonly url: string;
  /** Forgets every job in it and lets others have it. */
  release(): Promise<void>;
}

const CLAIM = 'scorewire-test-claim';
const LONGEST_TEST_SECONDS = 900;
const DATABASES = 15;

/** Claims a database that holds nothing yet: the queues of two products must not meet, and the Redis may be somebody's. */
export async function claimRedisDatabase(redisUrl: string): Promise<RedisDatabase> {
  for (let number = 1; number <= DATABASES; number += 1) {
    const url = Object.assign(new URL(redisUrl), { pathname: `/${number}` }).href;
    const redis = new Redis(url);
    const isClaimed = (await redis.dbsize()) === 0 && (await redis.set(CLAIM, '1', 'EX', LONGEST_TEST_SECONDS, 'NX'));
    if (isClaimed) {
      const release = async () => {
        await redis.flushdb();
        redis.disconnect();
      };
      return { url, release };
    }
    redis.disconnect();
  }
  throw new Error('No database of the Redis is empty');
}
