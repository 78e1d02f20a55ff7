# The worker on one machine, by workerd. `cargo xtask build` puts this file and its modules into dist/edge.
#
#   cd dist/edge
#   ROOT_KEYS=... OPERATOR_KEY_SHA256=... ISSUER=https://2fa.example.com ACCOUNT_OWNERS=shards:16 \
#     workerd serve workerd.capnp config --directory-path=owners=/var/lib/pbx-2fa --socket-addr=http=127.0.0.1:8787
#
# Terminate TLS in a reverse proxy in front of it. `workerd compile workerd.capnp config > pbx-2fa-edge` makes one
# self-contained program of all this.
@0x9c2f1b7a6e5d4c33;

using Workerd = import "/workerd/workerd.capnp";
using Built = import "modules.capnp";

# For users. Webhooks reach public addresses only: a tenant's URL cannot point into the operator's own network.
const config :Workerd.Config = (
  services = [
    .edge, .owners,
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [.http],
);

# For development and tests: the portal that receives the webhooks is on this machine.
const development :Workerd.Config = (
  services = [
    .edge, .owners,
    (name = "internet", network = (allow = ["public", "local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [.http],
);

const edge :Workerd.Service = (name = "edge", worker = .worker);

# The databases of the Durable Objects: --directory-path=owners=DIR
const owners :Workerd.Service = (name = "owners", disk = (writable = true));

# A header that says where a request came from is removed when a client sends it (a name without a value removes).
const http :Workerd.Socket = (
  name = "http",
  address = "127.0.0.1:8787",
  service = "edge",
  http = (
    injectRequestHeaders = [
      (name = "CF-Connecting-IP"),
      (name = "CF-IPCountry"),
      (name = "True-Client-IP"),
      (name = "X-Real-IP"),
      (name = "X-Forwarded-For"),
      (name = "Forwarded"),
    ],
  ),
);

const worker :Workerd.Worker = (
  modules = Built.modules,
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "OWNERS", durableObjectNamespace = "Owner"),
    (name = "DIRECTORY", durableObjectNamespace = "Directory"),
    (name = "ROOT_KEYS", fromEnvironment = "ROOT_KEYS"),
    (name = "OPERATOR_KEY_SHA256", fromEnvironment = "OPERATOR_KEY_SHA256"),
    (name = "ISSUER", fromEnvironment = "ISSUER"),
    (name = "ACCOUNT_OWNERS", fromEnvironment = "ACCOUNT_OWNERS"),
    # Only after a back-up was put back.
    (name = "RESTORED_AT", fromEnvironment = "RESTORED_AT"),
    # Never where people log in: `allowed` lets anybody complete a login of the client id pbx-2fa-test.
    (name = "TEST_KEYS", fromEnvironment = "TEST_KEYS"),
  ],
  # A unique key names the directory of its objects: changing one loses every account.
  durableObjectNamespaces = [
    (className = "Owner", uniqueKey = "pbx-2fa-owner-v1", enableSql = true),
    (className = "Directory", uniqueKey = "pbx-2fa-directory-v1", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "owners"),
);
