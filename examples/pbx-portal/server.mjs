// Starts the portal: reads the environment, opens the state directory, listens, and ends when asked to.

import { createServer } from 'node:http';

import { configFrom, ConfigError } from './src/config.mjs';
import { createPortal } from './src/portal.mjs';

try {
  await start(configFrom(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`The portal cannot start: ${error.message}`);
  process.exitCode = 1;
}

async function start(config) {
  const portal = await createPortal(config);
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000 }, portal.handle);

  const stop = () => {
    portal.close();
    server.close();
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  await listening(server, config);
  console.log(`Portal on ${config.origin} (simulated phone on ${config.origin}/phone)`);
}

function listening(server, { host, port }) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new ConfigError(error.code === 'EADDRINUSE'
        ? `port ${port} is in use; free it, or choose another one with PORT.`
        : `${host}:${port} cannot be listened on (${error.code}).`));
    });
    server.listen(port, host, resolve);
  });
}
