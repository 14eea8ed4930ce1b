using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class RotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-rotation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Expired_users_reconnect_with_the_new_credentials_of_the_callback()
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
    public async Task Expired_users_reconnect_with_the_new_content_of_the_creds_file()
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

    [Fact]
    public async Task New_credentials_are_requested_before_the_old_ones_expire_and_no_request_fails()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        int asked = 0;
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = server.Url,
            AuthOpts = new NatsAuthOpts
            {
                AuthCredCallback = (_, _) =>
                {
                    (string jwt, string seed) = issuer.User(++asked == 1 ? TimeProvider.System.GetUtcNow().AddSeconds(4) : null);
                    return ValueTask.FromResult(NatsAuthCred.FromJwt(jwt, seed));
                },
            },
        });
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await using INatsSub<string> service = await connection.SubscribeCoreAsync<string>("service", cancellationToken: Connections.Cancelled);
        Task serving = ServeAsync(service);
        int answered = 0;
        while (!reconnected.IsCompleted)
        {
            await connection.RequestAsync<string, string>("service", "?", cancellationToken: Connections.Cancelled);
            answered++;
        }

        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.RequestAsync<string, string>("service", "?", cancellationToken: Connections.Cancelled);
        await service.DisposeAsync();
        await serving.WaitAsync(Connections.Limit, Connections.Cancelled);
        await connection.DisposeAsync();

        NatsConnectionEvent[] events = [.. connection.Events.ToList()];
        Assert.Equal(2, asked);
        Assert.True(answered > 0);
        Assert.Contains("the credentials expire at", Assert.Single(events.OfType<NatsForceReconnectEvent>()).Reason, StringComparison.Ordinal);
        Assert.Equal([NatsDisconnectReason.ForceReconnect, NatsDisconnectReason.Disposed], events.OfType<NatsDisconnectedEvent>().Select(e => e.Reason));
        Assert.Single(events.OfType<NatsReconnectedEvent>());
        Assert.Empty(events.OfType<NatsAuthenticationErrorEvent>());
        Assert.Empty(events.OfType<NatsRequestsFailedEvent>());
        Assert.Empty(NatsJournalValidator.Validate(events, requireClosed: true));
    }

    [Fact]
    public async Task Providers_without_newer_credentials_are_reported_and_no_expired_credentials_are_sent()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        string file = Path.Combine(_folder, "user.creds");
        await File.WriteAllTextAsync(file, JwtIssuer.CredsOf(issuer.User(TimeProvider.System.GetUtcNow().AddSeconds(4))), Connections.Cancelled);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { CredsFile = file } });
        Task<NatsConnectAttemptFailedEvent> failed = connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(cancellationToken: Connections.Cancelled);
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);

        NatsConnectAttemptFailedEvent reported = await failed.WaitAsync(Connections.Limit, Connections.Cancelled);
        NatsCredentialsException why = Assert.IsType<NatsCredentialsException>(reported.Exception);
        Assert.Equal(file, why.Path);
        Assert.Contains("no later than the current ones", why.Reason, StringComparison.Ordinal);
        Assert.Equal(NatsConnectionState.Open, reported.State);
        await File.WriteAllTextAsync(file, JwtIssuer.CredsOf(issuer.User()), Connections.Cancelled);
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        await Connections.EchoAsync(connection);
        Assert.Empty(NatsJournalValidator.Validate(connection.Events.ToList()));
    }

    [Fact]
    public async Task Limits_used_up_by_credentials_that_cannot_be_had_close_with_that_reason()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        int asked = 0;
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = server.Url,
            MaxReconnectRetry = 2,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
            AuthOpts = new NatsAuthOpts
            {
                AuthCredCallback = (_, _) => ++asked == 1 ? ValueTask.FromResult(NatsAuthCred.FromToken("c4n4ry")) : throw new InvalidOperationException("the vault is sealed"),
            },
        });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        Task lost = connection.ReconnectAsync(cancellationToken: Connections.Cancelled).AsTask();
        NatsClosedEvent closed = await connection.Closed.WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal(NatsCloseReason.CredentialsFailed, closed.Reason);
        Assert.Contains("AuthCredCallback", closed.Exception!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<NatsException>(() => lost.WaitAsync(Connections.Limit, Connections.Cancelled));
        Assert.All(connection.Events.ToList().OfType<NatsCallbackFaultedEvent>(), e => Assert.Equal(NatsOptionCallback.Auth, e.Callback));
        Assert.Equal(2, connection.Events.ToList().OfType<NatsCallbackFaultedEvent>().Count());
    }

    private static async Task ServeAsync(INatsSub<string> service)
    {
        await foreach (NatsMsg<string> request in service.Msgs.ReadAllAsync(Connections.Cancelled))
        {
            await request.ReplyAsync("!", cancellationToken: Connections.Cancelled);
        }
    }

    private static DateTimeOffset InTwoSeconds() => TimeProvider.System.GetUtcNow().AddSeconds(2);

    private static async Task ExpiresOnceAsync(NatsServerProcess server, NatsAuthOpts auth, Action? rotate = null)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = auth with { RenewBeforeExpiry = TimeSpan.Zero } });
        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Connections.Cancelled);
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        rotate?.Invoke();
        await reconnected.WaitAsync(Connections.Limit, Connections.Cancelled);
        await Connections.EchoAsync(connection);

        NatsConnectionEvent[] events = [.. connection.Events.ToList()];
        NatsAuthenticationErrorEvent expired = Assert.Single(events.OfType<NatsAuthenticationErrorEvent>());
        Assert.Equal((NatsAuthErrorKind.Expired, true), (expired.Error, expired.CredentialsDynamic));
        Assert.Single(events.OfType<NatsDisconnectedEvent>());
        Assert.Single(events.OfType<NatsReconnectedEvent>());
        Assert.Empty(events.OfType<NatsClosedEvent>());
        Assert.Empty(NatsJournalValidator.Validate(events));
    }
}
