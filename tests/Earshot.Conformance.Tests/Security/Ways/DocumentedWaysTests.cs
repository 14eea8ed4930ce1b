using System.Security.Cryptography.X509Certificates;
using Earshot.Authentication;
using Earshot.RealServer;
using Earshot.Testing;
using Repository.Tests.Docs.Snippets;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Ways;

/// <summary>
/// The code that the security guide prints for each way of authenticating, run against a server that wants exactly that. Addresses
/// and paths of the guide are put in place of those of the test, nothing else is changed.
/// </summary>
public sealed class DocumentedWaysTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task User_and_token()
    {
        NatsOpts[] ways = SecuritySnippets.Texts("c4n4ry-password", "c4n4ry-token", "", "", "");
        await using NatsServerProcess users = await Connections.ServerAsync("authorization { users: [ { user: alice, password: c4n4ry-password } ] }");
        await Connections.GetsInAsync(ways[0] with { Url = users.Url });
        await using NatsServerProcess tokens = await Connections.ServerAsync("authorization { token: c4n4ry-token }");
        await Connections.GetsInAsync(ways[1] with { Url = tokens.Url });
    }

    [Fact]
    public async Task Nkey_its_file_and_an_external_key()
    {
        using NKeySigner key = JwtIssuer.NewKey(NKeyKind.User, out string seed);
        await using NatsServerProcess server = await Connections.ServerAsync($"authorization {{ users: [ {{ nkey: {key.PublicKey} }} ] }}");
        NatsOpts[] ways = SecuritySnippets.Texts("", "", seed, "", "");
        await Connections.GetsInAsync(ways[2] with { Url = server.Url });
        await Connections.GetsInAsync(ways[3] with { Url = server.Url, AuthOpts = ways[3].AuthOpts with { NKeyFile = _certificates.File("alice.nk", seed) } });
        await Connections.GetsInAsync(SecuritySnippets.Signature((nonce, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(key.Sign(nonce.Span)), key.PublicKey) with { Url = server.Url });
    }

    [Fact]
    public async Task Jwt_bearer_credentials_and_callback()
    {
        using var issuer = new JwtIssuer();
        (string Jwt, string Seed) user = issuer.User();
        string creds = JwtIssuer.CredsOf(user);
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        NatsOpts[] ways = SecuritySnippets.Texts("", "", user.Seed, user.Jwt, creds);
        await Connections.GetsInAsync(ways[4] with { Url = server.Url });
        await Connections.GetsInAsync(ways[6] with { Url = server.Url, AuthOpts = ways[6].AuthOpts with { CredsFile = _certificates.File("alice.creds", creds) } });
        await Connections.GetsInAsync(ways[7] with { Url = server.Url });
        string? asked = null;
        await Connections.GetsInAsync(SecuritySnippets.Callback((path, _) => Task.FromResult((asked = path, creds).creds)) with { Url = server.Url });
        Assert.Equal("nats/127.0.0.1", asked);

        // The user without a key is let in by a bearer token alone, and by no other JWT.
        await Connections.GetsInAsync(SecuritySnippets.Texts("", "", "", issuer.Bearer(), "")[5] with { Url = server.Url });
        await Connections.IsRefusedAsync(ways[5] with { Url = server.Url });
    }

    [Fact]
    public async Task A_client_certificate()
    {
        await using NatsServerProcess server = await Connections.ServerAsync(
            _certificates.ServerConfig(["localhost", "127.0.0.1"], "verify_and_map: true") + "authorization { users: [ { user: \"alice.earshot.test\" } ] }\n");
        NatsOpts Here(NatsOpts opts, X509Certificate2 certificate)
        {
            (string cert, string key) = _certificates.Files("client", certificate);
            return opts with { Url = $"tls://127.0.0.1:{server.Port}", TlsOpts = opts.TlsOpts with { CaFile = _certificates.CaFile, CertFile = cert, KeyFile = key } };
        }

        using X509Certificate2 alice = _certificates.Issue(["alice.earshot.test"]);
        await Connections.GetsInAsync(Here(SecuritySnippets.Tls(), alice));
        using X509Certificate2 stranger = _certificates.Issue(["stranger.earshot.test"]);
        Assert.Equal(NatsConnectPhase.Authentication, (await Connections.IsRefusedAsync(Here(SecuritySnippets.Tls(), stranger))).Phase);

        await using NatsServerProcess first = await Connections.ServerAsync(_certificates.ServerConfig(["127.0.0.1"], "verify: true\nhandshake_first: true"));
        NatsOpts byCallback = SecuritySnippets.Certificate(_ => ValueTask.FromResult(alice));
        await Connections.GetsInAsync(byCallback with { Url = first.Url, TlsOpts = byCallback.TlsOpts with { CaFile = _certificates.CaFile } });
    }

    [Fact]
    public async Task A_context_of_the_nats_tool()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("authorization { users: [ { user: alice, password: c4n4ry } ] }");
        Directory.CreateDirectory(Path.Combine(_certificates.Folder, "nats", "context"));
        _certificates.File(Path.Combine("nats", "context", "production.json"), $$"""{ "url": "{{server.Url}}", "user": "alice", "password": "c4n4ry" }""");
        string? before = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", _certificates.Folder); // no other test reads it
        try
        {
            await Connections.GetsInAsync(SecuritySnippets.Context());
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", before);
        }
    }

    [Fact]
    public async Task A_gateway_of_WebSockets_and_an_address_elsewhere()
    {
        using var port = ReservedPort.Take();
        await using NatsServerProcess server = await Connections.ServerAsync(
            _certificates.ServerConfig(["127.0.0.1", "nats.example.com"]) + $"websocket {{ host: \"127.0.0.1\", port: {port.Number}\n{_certificates.ServerConfig(["127.0.0.1"])} }}\n");
        var tls = new NatsTlsOpts { CaFile = _certificates.CaFile };
        await Connections.GetsInAsync(SecuritySnippets.WebSocket("c4n4ry") with { Url = $"wss://127.0.0.1:{port.Number}", TlsOpts = tls });

        // The certificate is that of the name in the guide's URL, and the dial goes elsewhere.
        NatsOpts forwarded = SecuritySnippets.Ways()[1];
        Assert.Equal(("127.0.0.1", 14222), await forwarded.OnConnectingAsync!(("nats.example.com", 4222)));
        await Connections.GetsInAsync(forwarded with { TlsOpts = tls, OnConnectingAsync = _ => ValueTask.FromResult(("127.0.0.1", server.Port)) });
    }
}
