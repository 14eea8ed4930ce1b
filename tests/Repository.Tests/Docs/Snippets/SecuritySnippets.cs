using System.Security.Cryptography.X509Certificates;
using Earshot;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Ways of proving who one is, as the guide prints them. The conformance tests compile this file too and run it against servers.</summary>
internal static class SecuritySnippets
{
    internal static NatsOpts[] Texts(string password, string token, string seed, string jwt, string creds)
    {
        // snippet: auth-user
        var user = new NatsOpts { AuthOpts = new NatsAuthOpts { Username = "alice", Password = password } };
        // end snippet
        // snippet: auth-token
        var byToken = new NatsOpts { AuthOpts = new NatsAuthOpts { Token = token } };
        // end snippet
        // snippet: auth-nkey
        var nkey = new NatsOpts { AuthOpts = new NatsAuthOpts { Seed = seed } };
        var nkeyFile = new NatsOpts { AuthOpts = new NatsAuthOpts { NKeyFile = "/run/secrets/alice.nk" } };
        // end snippet
        // snippet: auth-jwt
        var byJwt = new NatsOpts { AuthOpts = new NatsAuthOpts { Jwt = jwt, Seed = seed } };
        var bearer = new NatsOpts { AuthOpts = new NatsAuthOpts { Jwt = jwt } };
        // end snippet
        // snippet: auth-creds
        var credsFile = new NatsOpts { AuthOpts = new NatsAuthOpts { CredsFile = "/run/secrets/alice.creds" } };
        var credsText = new NatsOpts { AuthOpts = new NatsAuthOpts { Creds = creds } };
        // end snippet
        return [user, byToken, nkey, nkeyFile, byJwt, bearer, credsFile, credsText];
    }

    internal static NatsOpts Callback(Func<string, CancellationToken, Task<string>> vault)
    {
        // snippet: auth-callback
        var opts = new NatsOpts
        {
            AuthOpts = new NatsAuthOpts
            {
                AuthCredCallback = async (server, ct) => NatsAuthCred.FromCreds(await vault($"nats/{server.Host}", ct)),
            },
        };
        // end snippet
        return opts;
    }

    internal static NatsOpts Signature(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> sign, string publicKey)
    {
        // snippet: auth-signature
        var opts = new NatsOpts
        {
            AuthOpts = new NatsAuthOpts { NKey = publicKey, SignatureCallback = (nonce, ct) => sign(nonce, ct) },
        };
        // end snippet
        return opts;
    }

    internal static NatsOpts Context()
    {
        // snippet: auth-context
        NatsOpts opts = NatsOpts.FromContext("production") with { Name = "orders" };
        // end snippet
        return opts;
    }

    internal static NatsOpts Tls()
    {
        // snippet: tls-mutual
        var opts = new NatsOpts
        {
            Url = "tls://nats.example.com:4222",
            TlsOpts = new NatsTlsOpts
            {
                CaFile = "/etc/nats/ca.pem",
                CertFile = "/etc/nats/client.pem",
                KeyFile = "/etc/nats/client.key",
            },
        };
        // end snippet
        return opts;
    }

    internal static NatsOpts Certificate(Func<CancellationToken, ValueTask<X509Certificate2>> newest)
    {
        // snippet: tls-callback
        var opts = new NatsOpts
        {
            Url = "nats://nats.example.com:4222",
            TlsOpts = new NatsTlsOpts { Mode = TlsMode.Implicit, ClientCertificateCallback = newest },
        };
        // end snippet
        return opts;
    }

    internal static NatsOpts WebSocket(string gatewayKey)
    {
        // snippet: websocket
        var opts = new NatsOpts
        {
            Url = "wss://gateway.example.com",
            WebSocketOpts = new NatsWebSocketOpts
            {
                Path = "/nats",
                RequestHeaders = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["X-Gateway-Key"] = gatewayKey },
            },
        };
        // end snippet
        return opts;
    }

    internal static NatsOpts[] Ways()
    {
        // snippet: ways
        var proxy = new NatsOpts { Url = "nats://nats.internal:4222", ProxyUrl = new Uri("socks5://127.0.0.1:1080") };
        var forwarded = new NatsOpts
        {
            Url = "tls://nats.example.com:4222",
            OnConnectingAsync = server => ValueTask.FromResult(("127.0.0.1", 14222)),
        };
        // end snippet
        return [proxy, forwarded];
    }

    internal static async Task OutlivePermissions(NatsConnection connection, CancellationToken stop)
    {
        // snippet: retry-permission
        var retry = new NatsSubOpts { PermissionViolationPolicy = NatsPermissionViolationPolicy.Retry };
        await foreach (NatsMsg<string> order in connection.SubscribeAsync<string>("orders", opts: retry, cancellationToken: stop))
        {
            Console.WriteLine($"order: {order.Data}");
        }
        // end snippet
    }
}
