using Earshot.Cli.RealServer;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

public sealed class RotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-rotation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Expired_users_come_back_with_what_the_callback_gives_then()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        int asked = 0;
        await ExpiresOnceAsync(server, new NatsAuthOpts
        {
            AuthCredCallback = (_, _) =>
            {
                (string jwt, string seed) = issuer.User(++asked == 1 ? InTwoSeconds() : null);
                return ValueTask.FromResult(NatsAuthCred.FromJwt(jwt, seed));
            },
        });
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Expired_users_come_back_with_what_the_creds_file_holds_then()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        string file = Path.Combine(_folder, "user.creds");
        await File.WriteAllTextAsync(file, JwtIssuer.CredsOf(issuer.User(InTwoSeconds())), Connections.Cancelled);
        await ExpiresOnceAsync(
            server,
            new NatsAuthOpts { CredsFile = file },
            () => File.WriteAllText(file, JwtIssuer.CredsOf(issuer.User())));
    }

    private static DateTimeOffset InTwoSeconds() => TimeProvider.System.GetUtcNow().AddSeconds(2);

    private static async Task ExpiresOnceAsync(NatsServerProcess server, NatsAuthOpts auth, Action? rotate = null)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = auth });
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        rotate?.Invoke();
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        await Connections.EchoAsync(connection);

        NatsConnectionEvent[] events = [.. connection.Events.ToList()];
        NatsAuthenticationErrorEvent expired = Assert.Single(events.OfType<NatsAuthenticationErrorEvent>());
        Assert.Equal(AuthErrorKind.Expired, expired.Error);
        Assert.Single(events.OfType<NatsDisconnectedEvent>());
        Assert.Single(events.OfType<NatsReconnectedEvent>());
        Assert.Empty(events.OfType<NatsClosedEvent>());
        Assert.Empty(NatsJournalGrammar.Validate(events));
    }
}
