using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>The events of a client for errors and INFO that the server sends.</summary>
public sealed class ConversationFaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Error_is_reported_with_its_text_and_the_connection_stays_open(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.SendError("maximum subscriptions exceeded"), all => all.SendError("maximum subscriptions exceeded"));

        NatsServerErrorEvent error = await scenario.HearsAsync<NatsServerErrorEvent>();
        Assert.Equal((NatsServerErrorCode.MaximumSubscriptionsExceeded, "maximum subscriptions exceeded", false), (error.Code, error.Text, error.DisconnectExpected));
        await scenario.Connection.PingAsync(FaultScenario.Token);
        Assert.Single(scenario.Server.Clients);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Error_that_closes_is_the_reason_of_the_disconnect(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.SendError("Stale Connection", close: true), all => all.SendError("Stale Connection", close: true));

        await scenario.LosesAndFindsAsync(NatsDisconnectReason.ServerStale);
    }

    [Fact]
    public async Task Bytes_that_are_no_protocol_are_a_protocol_error()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(true, one => one.Send("HELO smtp\r\n"u8), all => { });

        await scenario.LosesAndFindsAsync(NatsDisconnectReason.ProtocolError);
    }

    [Fact]
    public async Task Message_with_two_blanks_where_the_reply_would_be_is_a_message()
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        await using INatsSub<string> messages = await scenario.Connection.SubscribeCoreAsync<string>("foo", cancellationToken: FaultScenario.Token);
        await scenario.Connection.PingAsync(FaultScenario.Token);
        byte[] sid = scenario.Server.State.Clients.Open.Single().Subscriptions.Single().Sid;
        scenario.Server.Clients.Single().Faults.Send([.. "MSG foo "u8, .. sid, .. "  5\r\nhello\r\n"u8]);

        NatsMsg<string> message = await messages.Msgs.ReadAsync(FaultScenario.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        Assert.Equal(("hello", (string?)null), (message.Data, message.ReplyTo));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expired_credentials_are_an_authentication_error(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.ExpireCredentials(), all => all.ExpireCredentials());

        Assert.Equal(NatsAuthErrorKind.Expired, (await scenario.HearsAsync<NatsAuthenticationErrorEvent>()).Error);
        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revoked_credentials_are_an_authentication_error(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.RevokeCredentials(), all => all.RevokeCredentials());

        Assert.Equal(NatsAuthErrorKind.Revoked, (await scenario.HearsAsync<NatsAuthenticationErrorEvent>()).Error);
        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revoked_permission_is_reported_for_the_subscription_and_for_the_next_publish(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        await using INatsSub<string> orders = await scenario.Connection.SubscribeCoreAsync<string>("orders.*", cancellationToken: FaultScenario.Token);
        await scenario.Connection.PingAsync(FaultScenario.Token);
        scenario.Do(toOne, one => one.RevokePermission("orders.*"), all => all.RevokePermission("orders.*"));

        NatsPermissionViolationEvent refused = await scenario.HearsAsync<NatsPermissionViolationEvent>();
        Assert.Equal((NatsPermissionOperation.Subscribe, "orders.*"), (refused.Operation, refused.Subject));
        Assert.Single(refused.Subscriptions);
        scenario.Do(true, _ => { }, _ => { });
        await scenario.Connection.PublishAsync("orders.1", "x", cancellationToken: FaultScenario.Token);
        refused = await scenario.HearsAsync<NatsPermissionViolationEvent>();
        Assert.Equal((NatsPermissionOperation.Publish, "orders.1"), (refused.Operation, refused.Subject));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changed_permissions_hold_from_the_next_operation_on(bool toOne)
    {
        var publishOnly = new NatsTestServerPermissions { SubscribeDeny = [">"] };
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.ChangePermissions(publishOnly), all => all.ChangePermissions(publishOnly));
        await using INatsSub<string> orders = await scenario.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: FaultScenario.Token);

        NatsPermissionViolationEvent refused = await scenario.HearsAsync<NatsPermissionViolationEvent>();
        Assert.Equal((NatsPermissionOperation.Subscribe, "orders"), (refused.Operation, refused.Subject));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reduced_payload_limit_is_reported_as_the_limit(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        await using NatsConnection other = FaultScenario.NewConnection(scenario.Server.Url);
        scenario.Do(toOne, one => one.ShrinkMaxPayload(10), all => all.ShrinkMaxPayload(10));
        await scenario.Connection.PublishAsync("foo", "longer than that", cancellationToken: FaultScenario.Token);

        Assert.Equal(NatsLimit.MaxPayload, (await scenario.HearsAsync<NatsLimitExceededEvent>()).Limit);
        await scenario.LosesAndFindsAsync(NatsDisconnectReason.ServerError);
        await other.ConnectAsync(FaultScenario.Token);
        Assert.Equal(toOne ? 1024 * 1024 : 10, other.ServerInfo!.MaxPayload); // the others
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lame_duck_mode_is_reported(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync(new NatsTestServerOptions { LameDuckGracePeriod = TimeSpan.Zero, LameDuckDuration = TimeSpan.Zero });
        Task leaving = Task.CompletedTask;
        scenario.Do(toOne, one => one.EnterLameDuckMode(), all => leaving = all.EnterLameDuckModeAsync());

        await scenario.HearsAsync<NatsLameDuckModeEvent>();
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        Assert.Equal(toOne ? 1 : 0, scenario.Server.Clients.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Advertised_servers_are_discovered(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        await scenario.Connection.PingAsync(FaultScenario.Token);
        scenario.Do(toOne, one => one.Advertise("127.0.0.1:1", "127.0.0.1:2"), all => all.Advertise("127.0.0.1:1", "127.0.0.1:2"));

        NatsDiscoveredServersEvent discovered = await scenario.HearsAsync<NatsDiscoveredServersEvent>();
        Assert.Equal([1, 2], discovered.Added.Select(url => url.Port).Order());
        await using NatsConnection later = FaultScenario.NewConnection(scenario.Server.Url);
        await later.ConnectAsync(FaultScenario.Token);
        Assert.Equal(toOne ? 0 : 2, later.DiscoveredServers.Count); // the others
    }
}
