using System.Text;
using Earshot.JetStream;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>What servers report of a client that has a JWT, which is enough to log in, and what is stored of it. The collector is a user of the system account.</summary>
public sealed class CredentialTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task JWT_that_the_server_reports_is_never_stored()
    {
        using var system = new JwtIssuer();
        using var applications = new JwtIssuer();
        string config = $$"""
            operator: [ "{{system.Operator}}", "{{applications.Operator}}" ]
            resolver: MEMORY
            resolver_preload: { {{system.AccountKey}}: "{{system.Account}}", {{applications.AccountKey}}: "{{applications.Account}}" }
            system_account: {{system.AccountKey}}
            """;
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", Config = config }, Token);
        await using NatsServerProcess storage = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "storage", JetStream = true }, Token);
        await using var stream = new NatsConnection(new NatsOpts { Url = storage.Url });
        await stream.ConnectAsync(Token);
        INatsJSContext context = stream.CreateJetStreamContext();
        await FleetStreams.CreateAsync(context, cancellationToken: Token);
        await using NatsConnection observer = await ConnectAsync(server, system.User());
        INatsSub<byte[]> raw = await observer.SubscribeCoreAsync<byte[]>("$SYS.ACCOUNT.*.DISCONNECT", cancellationToken: Token);
        await raw.ConfirmAsync(Token);
        await using LiveRecords live = await LiveRecords.StartAsync(stream, Token);
        await using var collector = new FleetCollector(observer, context, new FleetCollectorOptions().ForSystemAccount());
        await collector.StartAsync(Token);
        (string jwt, string seed) = applications.User();
        await (await ConnectAsync(server, (jwt, seed))).DisposeAsync();
        string bearer = applications.Bearer();
        await (await ConnectAsync(server, (bearer, null))).DisposeAsync();
        string reported = Encoding.UTF8.GetString((await raw.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token)).Data!);
        Assert.Contains(jwt, reported, StringComparison.Ordinal);
        await live.WhenAsync(ServerRecordKind.Disconnect, 2, record => record.Client!.Account == applications.AccountKey);
        await collector.StopAsync(Token);
        string all = string.Join('\n', await StoredTexts.ReadAsync(context, FleetStreams.ServersName, Token));
        Assert.Contains(applications.AccountKey, all, StringComparison.Ordinal);
        Assert.All([jwt, bearer, seed, "eyJ"], secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));

        // In quotes: the text of a random key may have the letters of a name.
        Assert.All(["jwt", "issuer_key", "nonce", "feature_flags"], name => Assert.DoesNotContain($"\"{name}\"", all, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<NatsConnection> ConnectAsync(NatsServerProcess server, (string Jwt, string? Seed) user)
    {
        var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Jwt = user.Jwt, Seed = user.Seed } });
        await connection.ConnectAsync(Token);
        return connection;
    }
}
