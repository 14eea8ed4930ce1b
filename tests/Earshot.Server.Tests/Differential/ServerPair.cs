using Earshot.RealServer;

namespace Earshot.Server.Tests.Differential;

/// <summary>A real nats-server and one in process with the same settings, for every profile of the scripts.</summary>
public sealed class ServerPair : IAsyncDisposable
{
    private readonly Dictionary<string, (NatsServerProcess Real, NatsTestServer Ours)> _started = [];
    private readonly SemaphoreSlim _gate = new(1);

    private static readonly TimeSpan s_authenticationLimit = TimeSpan.FromMinutes(1); // only the profile whose content is the timeout has a short one

    private static readonly NatsTestServerPermissions s_permissions = new()
    {
        PublishAllow = ["ok.>", "pub", "svc.*", "$JS.ACK.>", "_R_.>"],
        PublishDeny = ["ok.no", "ok.not.>"],
        SubscribeAllow = ["ok.>", "sub", "_INBOX.>", "q.* grp", "q.a other.*"],
        SubscribeDeny = ["ok.secret", "ok.hidden.>", "sub blocked"],
    };

    private static readonly Dictionary<string, (string Config, NatsTestServerOptions Options)> s_profiles = new()
    {
        ["default"] = ("", new NatsTestServerOptions()),
        ["limits"] = (
            "max_payload: 100\nmax_control_line: 512\nmax_subscriptions: 3\nmax_sub_tokens: 4",
            new NatsTestServerOptions { MaxPayload = 100, MaxControlLine = 512, MaxSubscriptions = 3, MaxSubscriptionTokens = 4 }),
        ["token"] = ("authorization { timeout: 60, token: s3cret }", new NatsTestServerOptions { AuthorizationTimeout = s_authenticationLimit, Token = "s3cret" }),
        ["users"] = (
            """
            authorization { timeout: 60, users: [
              { user: any, password: any }
              { user: some, password: some, permissions: {
                  publish: { allow: ["ok.>", "pub", "svc.*", "$JS.ACK.>", "_R_.>"], deny: ["ok.no", "ok.not.>"] }
                  subscribe: { allow: ["ok.>", "sub", "_INBOX.>", "q.* grp", "q.a other.*"], deny: ["ok.secret", "ok.hidden.>", "sub blocked"] } } }
              { user: denier, password: denier, permissions: { publish: { deny: "no.>" }, subscribe: { deny: ["no.>", "nope"] } } }
              { user: svc, password: svc, permissions: { subscribe: "svc.>", publish: { deny: "x" }, allow_responses: { max: 2, expires: "1m" } } }
              { user: resp, password: resp, permissions: { subscribe: "svc.>", allow_responses: true } }
            ] }
            """,
            new NatsTestServerOptions
            {
                AuthorizationTimeout = s_authenticationLimit,
                Users =
                [
                    new NatsTestServerUser("any", "any"),
                    new NatsTestServerUser("some", "some") { Permissions = s_permissions },
                    new NatsTestServerUser("denier", "denier") { Permissions = new() { PublishDeny = ["no.>"], SubscribeDeny = ["no.>", "nope"] } },
                    new NatsTestServerUser("svc", "svc") { Permissions = new() { SubscribeAllow = ["svc.>"], PublishDeny = ["x"], MaxResponses = 2, ResponseExpiry = TimeSpan.FromMinutes(1) } },
                    new NatsTestServerUser("resp", "resp") { Permissions = new() { SubscribeAllow = ["svc.>"], MaxResponses = 1 } },
                ],
            }),
        ["authentication timeout"] = (
            "authorization { timeout: 0.3, user: any, password: any }",
            new NatsTestServerOptions { AuthorizationTimeout = TimeSpan.FromSeconds(0.3), Users = [new NatsTestServerUser("any", "any")] }),
        ["anonymous"] = (
            """
            authorization { timeout: 60, users: [ { user: any, password: any }, { user: anonymous, password: anonymous, permissions: { publish: "open.>" } } ] }
            no_auth_user: anonymous
            """,
            new NatsTestServerOptions
            {
                AuthorizationTimeout = s_authenticationLimit,
                NoAuthUser = "anonymous",
                Users = [new NatsTestServerUser("any", "any"), new NatsTestServerUser("anonymous", "anonymous") { Permissions = new() { PublishAllow = ["open.>"] } }],
            }),
        ["accounts"] = (
            """
            authorization { timeout: 60 }
            accounts {
              A { users: [ { user: a, password: a } ], limits { max_connections: 2, max_subscriptions: 2, max_payload: 50 } }
              B { users: [ { user: b, password: b } ] }
            }
            """,
            new NatsTestServerOptions
            {
                AuthorizationTimeout = s_authenticationLimit,
                Accounts = [new NatsTestServerAccount("A") { MaxConnections = 2, MaxSubscriptions = 2, MaxPayload = 50 }],
                Users = [new NatsTestServerUser("a", "a") { Account = "A" }, new NatsTestServerUser("b", "b") { Account = "B" }],
            }),
        ["nkeys"] = (
            """
            authorization { timeout: 60, users: [
              { nkey: UD6ROJBYLKQMOW3E7N4M2YBPUHMZD7PL65VRHRMO24BOVSBV5H3BRDGR }
              { nkey: UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF, permissions: { publish: { deny: "no" }, subscribe: { deny: "no" } } }
              { user: any, password: any }
            ] }
            """,
            new NatsTestServerOptions
            {
                AuthorizationTimeout = s_authenticationLimit,
                Users =
                [
                    NatsTestServerUser.WithNKey("UD6ROJBYLKQMOW3E7N4M2YBPUHMZD7PL65VRHRMO24BOVSBV5H3BRDGR"),
                    NatsTestServerUser.WithNKey("UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF") with { Permissions = new() { PublishDeny = ["no"], SubscribeDeny = ["no"] } },
                    new NatsTestServerUser("any", "any"),
                ],
            }),
        ["noheaders"] = ("no_header_support: true", new NatsTestServerOptions { Headers = false }),
        ["single"] = ("max_connections: 1", new NatsTestServerOptions { MaxConnections = 1 }),
        ["stale"] = ("ping_interval: \"100ms\"\nping_max: 1", new NatsTestServerOptions { PingInterval = TimeSpan.FromMilliseconds(100), MaxPingsOut = 1 }),
    };

    internal async Task<(int Real, int Ours)> PortsAsync(string profile, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_started.TryGetValue(profile, out (NatsServerProcess Real, NatsTestServer Ours) pair))
            {
                (string? config, NatsTestServerOptions? options) = s_profiles[profile];
                pair = (
                    await NatsServerProcess.StartAsync(new NatsServerSetup { Config = config }, cancellationToken),
                    await NatsTestServer.StartAsync(options, cancellationToken));
                _started.Add(profile, pair);
            }

            return (pair.Real.Port, pair.Ours.Port);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops all servers.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach ((NatsServerProcess? real, NatsTestServer? ours) in _started.Values)
        {
            await ours.DisposeAsync();
            await real.DisposeAsync();
        }

        _gate.Dispose();
    }
}
