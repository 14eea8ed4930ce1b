using System.Security.Cryptography.X509Certificates;
using Earshot.Authentication;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Ways;

/// <summary>
/// What .NET users of NATS write today to connect and to prove who they are: the same types, members and arguments, with nothing but
/// the <c>using</c> lines changed.
/// </summary>
public sealed class PeerExampleTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Connecting_by_url_by_name_and_to_one_of_several()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        string host = $"127.0.0.1:{server.Port}";
        await using (var client = new NatsClient(host))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient(url: server.Url, name: "API Example"))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient(new NatsOpts { Url = $"nats://127.0.0.1:1,nats://{host}", Name = "API Example", NoRandomize = true }))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient(new NatsOpts
        {
            Url = host,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PingInterval = TimeSpan.FromSeconds(20),
            MaxPingOut = 5,
            Echo = false,
            Verbose = true,
            MaxReconnectRetry = 10,
            ReconnectWaitMin = TimeSpan.FromSeconds(1),
        }))
        {
            await PingsAsync(client);
        }
    }

    [Fact]
    public async Task User_password_and_token_in_options_and_url()
    {
        await using NatsServerProcess users = await Connections.ServerAsync("authorization { user: myname, password: c4n4ry }");
        await using (var client = new NatsClient(new NatsOpts { Url = users.Url, AuthOpts = new NatsAuthOpts { Username = "myname", Password = "c4n4ry" } }))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient($"nats://myname:c4n4ry@127.0.0.1:{users.Port}"))
        {
            await PingsAsync(client);
        }

        await using NatsServerProcess tokens = await Connections.ServerAsync("authorization { token: c4n4ry }");
        await using (var client = new NatsClient(new NatsOpts { Url = tokens.Url, AuthOpts = NatsAuthOpts.Default with { Token = "c4n4ry" } }))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient($"nats://c4n4ry@127.0.0.1:{tokens.Port}"))
        {
            await PingsAsync(client);
        }
    }

    [Fact]
    public async Task Nkey_and_credentials_file()
    {
        using NKeySigner key = JwtIssuer.NewKey(NKeyKind.User, out string seed);
        await using NatsServerProcess nkeys = await Connections.ServerAsync($"authorization {{ users: [ {{ nkey: {key.PublicKey} }} ] }}");
        await using (var client = new NatsClient(new NatsOpts { Url = nkeys.Url, AuthOpts = new NatsAuthOpts { NKey = key.PublicKey, Seed = seed } }))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient(new NatsOpts { Url = nkeys.Url, AuthOpts = new NatsAuthOpts { NKeyFile = _certificates.File("user.nk", seed) } }))
        {
            await PingsAsync(client);
        }

        using var issuer = new JwtIssuer();
        await using NatsServerProcess operators = await Connections.ServerAsync(issuer.Config);
        string file = _certificates.File("user.creds", JwtIssuer.CredsOf(issuer.User()));
        await using (var client = new NatsClient(operators.Url, credsFile: file))
        {
            await PingsAsync(client);
        }

        await using (var client = new NatsClient(new NatsOpts { Url = operators.Url, AuthOpts = new NatsAuthOpts { CredsFile = file } }))
        {
            await PingsAsync(client);
        }
    }

    [Fact]
    public async Task TLS_with_files_of_authority_certificate_and_key()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(_certificates.ServerConfig(["127.0.0.1"], "verify: true"));
        using X509Certificate2 own = _certificates.Issue(["client.earshot.test"]);
        (string cert, string key) = _certificates.Files("client", own);
        await using var client = new NatsClient(new NatsOpts
        {
            Url = $"127.0.0.1:{server.Port}",
            TlsOpts = new NatsTlsOpts { CaFile = _certificates.CaFile, CertFile = cert, KeyFile = key },
        });
        await PingsAsync(client);
        await using var skipping = new NatsClient(new NatsOpts { Url = server.Url, TlsOpts = new NatsTlsOpts { InsecureSkipVerify = true, CertFile = cert, KeyFile = key, Mode = TlsMode.Require } });
        await PingsAsync(skipping);
    }

    private static async Task PingsAsync(NatsClient client)
    {
        await client.ConnectAsync().AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        TimeSpan roundTrip = await client.PingAsync(Connections.Cancelled);
        Assert.True(roundTrip > TimeSpan.Zero);
        Assert.Equal(NatsConnectionState.Open, client.Connection.ConnectionState);
    }
}
