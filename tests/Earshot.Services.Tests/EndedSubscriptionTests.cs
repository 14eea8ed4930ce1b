using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

/// <summary>The subscription of an endpoint ends, or is refused for a while, without a call of the application.</summary>
[BothServers]
public sealed class EndedSubscriptionTests(SharedServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("work")]
    [InlineData("$SRV.PING.s")]
    public async Task A_permission_that_is_withdrawn_for_a_while_does_not_end_an_endpoint(string subject)
    {
        await using NatsTestServer restricted = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = restricted.Url });
        await using var requester = new NatsConnection(new NatsOpts { Url = restricted.Url });
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("s", "1.0.0", cancellationToken: Cancel);
        await service.AddEndpointAsync<string>(request => request.ReplyAsync("ok"), "work", cancellationToken: Cancel);

        restricted.Faults.ChangePermissions(new NatsTestServerPermissions { SubscribeDeny = [subject] });
        NatsSubscriptionRetryingEvent retrying = await connection.Events.WhenAsync<NatsSubscriptionRetryingEvent>(after: 0, Cancel);
        restricted.Faults.ChangePermissions(new NatsTestServerPermissions());
        restricted.Faults.Advertise(); // an INFO, with which it subscribes again immediately
        await restricted.WaitForSubscriptionAsync(subject, Cancel);

        Assert.Equal(subject, retrying.Subscription.Subject);
        Assert.NotNull((await requester.RequestAsync<string, string>(subject, "", cancellationToken: Cancel)).Data);
        Assert.Single(service.Endpoints);
        Assert.Empty(connection.Events.ToList().OfType<NatsExceptionOccurredEvent>());
    }

    [Fact]
    public async Task An_endpoint_that_a_refusal_ends_is_removed_and_reported()
    {
        await using NatsTestServer restricted = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = restricted.Url });
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("s", "1.0.0", cancellationToken: Cancel);
        await service.AddEndpointAsync<string>(
            request => request.ReplyAsync("ok"), new NatsSvcEndpointOpts { Name = "work", SubOpts = new NatsSubOpts { PermissionViolationPolicy = NatsPermissionViolationPolicy.End } }, cancellationToken: Cancel);

        restricted.Faults.ChangePermissions(new NatsTestServerPermissions { SubscribeDeny = ["work"] });
        NatsExceptionOccurredEvent reported = await connection.Events.WhenAsync<NatsExceptionOccurredEvent>(after: 0, Cancel);

        Assert.IsType<NatsPermissionViolationException>(Assert.IsType<NatsSvcException>(reported.Exception).InnerException);
        Assert.Equal("work", reported.Subscription?.Subject);
        Assert.Empty(service.Endpoints);
        Assert.Empty(service.GetInfo().Endpoints);
        Assert.False(service.Stopped.IsCompleted);
    }

    [Fact]
    public async Task An_endpoint_that_has_received_its_last_message_is_removed_and_reported()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(
            request => request.ReplyAsync("ok"), new NatsSvcEndpointOpts { Name = "work", Subject = $"{rig.Name}.work", SubOpts = new NatsSubOpts { MaxMsgs = 1 } }, cancellationToken: rig.Cancel);

        Assert.Equal("ok", (await rig.AskAsync($"{rig.Name}.work", "")).Data);
        NatsExceptionOccurredEvent reported = await rig.Connection.Events.WhenAsync<NatsExceptionOccurredEvent>(after: 0, rig.Cancel);

        Assert.Contains("MaxMsgs", Assert.IsType<NatsSvcException>(reported.Exception).Message, StringComparison.Ordinal);
        Assert.Empty(rig.Service.Endpoints);
        Assert.False(await rig.Service.RemoveEndpointAsync("work", rig.Cancel));
    }
}
