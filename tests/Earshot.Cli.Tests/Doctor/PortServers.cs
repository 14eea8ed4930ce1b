using System.Globalization;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>
/// Two nats-servers for all tests of a class: one with every kind of listener, JetStream, and users with passwords and nkeys; one of an operator
/// with a route port, whose users have JWTs.
/// </summary>
public sealed class PortServers : IAsyncLifetime
{
    private readonly ReservedPort[] _ports = [.. Enumerable.Range(0, 5).Select(static _ => ReservedPort.Take())];
    private NatsServerProcess? _all;
    private NatsServerProcess? _operated;

    internal JwtIssuer Issuer { get; } = new();

    internal NatsServerProcess All => _all!;

    internal NatsServerProcess Operated => _operated!;

    internal int WebSocket => _ports[0].Number;

    internal int Mqtt => _ports[1].Number;

    internal int LeafNode => _ports[2].Number;

    internal int Route => _ports[3].Number;

    /// <summary>The WebSocket port with TLS of <see cref="Operated"/>.</summary>
    internal int SecureWebSocket => _ports[4].Number;

    internal TestCertificates Certificates { get; } = new();

    /// <summary>A file with the credentials of a user of <see cref="Operated"/>.</summary>
    internal string Credentials(string name, DateTimeOffset? expires = null, string permissions = "")
    {
        string path = Path.Combine(Operated.Folder, name);
        File.WriteAllText(path, JwtIssuer.CredsOf(Issuer.User(expires, permissions)));
        return path;
    }

    public async ValueTask InitializeAsync()
    {
        string config = string.Create(CultureInfo.InvariantCulture, $$"""
            authorization { timeout: 20 }
            websocket { listen: "127.0.0.1:{{WebSocket}}", no_tls: true }
            mqtt { listen: "127.0.0.1:{{Mqtt}}" }
            leafnodes { listen: "127.0.0.1:{{LeafNode}}" }
            system_account: SYS
            accounts {
              A {
                jetstream: enabled
                users: [
                  { user: alice, password: "{{DoctorRig.Password}}" }
                  { user: bob, password: "{{DoctorRig.Password}}", permissions: { publish: "allowed.>", subscribe: ["allowed.>", "_INBOX.>"] } }
                  { nkey: UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4 }
                ]
              }
              SYS { users: [ { user: system, password: "{{DoctorRig.Password}}" } ] }
            }
            """);
        Task<NatsServerProcess> all = NatsServerProcess.StartAsync(new NatsServerSetup { Name = "all", JetStream = true, Config = config }, TestContext.Current.CancellationToken);
        string tls = Certificates.ServerConfig(["127.0.0.1"]);
        string operated = string.Create(
            CultureInfo.InvariantCulture,
            $"{Issuer.Config}authorization {{ timeout: 20 }}\ncluster {{ name: one, listen: \"127.0.0.1:{Route}\" }}\nwebsocket {{ listen: \"127.0.0.1:{SecureWebSocket}\", handshake_timeout: \"20s\"\n{tls} }}\n");
        Task<NatsServerProcess> other = NatsServerProcess.StartAsync(new NatsServerSetup { Name = "operated", Config = operated }, TestContext.Current.CancellationToken);
        (_all, _operated) = (await all, await other);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NatsServerProcess? server in new[] { _all, _operated })
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        foreach (ReservedPort port in _ports)
        {
            port.Dispose();
        }

        Certificates.Dispose();
        Issuer.Dispose();
    }
}
