using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

/// <summary>The connection of a service drains, or its host stops.</summary>
[BothServers]
public sealed class ConnectionDrainTests(SharedServer server)
{
    [Fact]
    public async Task The_drain_of_the_connection_waits_for_the_request_that_is_processed()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, opts: new NatsOpts { DrainGracePeriod = TimeSpan.Zero });
        var called = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                called.TrySetResult();
                await release.Task;
                await request.ReplyAsync("done", cancellationToken: rig.Cancel);
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        Task<NatsMsg<string>> asked = rig.AskAsync($"{rig.Name}.work", "").AsTask();
        await called.Task.WaitAsync(rig.Cancel);

        Task draining = rig.Connection.DrainAsync(rig.Cancel).AsTask();
        await rig.Connection.Events.WhenAsync<NatsDrainStartedEvent>(after: 0, rig.Cancel);
        release.SetResult();
        await draining;

        Assert.Equal("done", (await asked).Data);
        NatsDrainCompletedEvent[] drained = [.. rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>()]; // also those of the service's own subscriptions
        Assert.All(drained, static drain => Assert.Equal(NatsDrainOutcome.Clean, drain.Outcome));
        Assert.Single(drained, static drain => drain.Scope == NatsDrainScope.Connection);
        await rig.Service.Stopped.WaitAsync(rig.Cancel);
        Assert.Single(rig.Service.Endpoints);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_drain_that_times_out_reports_every_request_that_is_processed(int concurrency)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, opts: new NatsOpts { DrainTimeout = TimeSpan.FromMilliseconds(50) });
        using var called = new SemaphoreSlim(0);
        var release = new TaskCompletionSource();
        await rig.Service.AddEndpointAsync<string>(
            async _ =>
            {
                called.Release();
                await release.Task;
            },
            new NatsSvcEndpointOpts { Name = "work", Subject = $"{rig.Name}.work", MaxConcurrency = concurrency }, cancellationToken: rig.Cancel);
        for (int i = 0; i < concurrency; i++)
        {
            await rig.Requester.PublishAsync($"{rig.Name}.work", "", cancellationToken: rig.Cancel);
            await called.WaitAsync(rig.Cancel);
        }

        await rig.Connection.DrainAsync(rig.Cancel);

        NatsDrainRemainder left = Assert.Single(Assert.Single(rig.Connection.Events.ToList().OfType<NatsDrainTimeoutEvent>()).Remaining);
        Assert.Equal(($"{rig.Name}.work", 0, concurrency), (left.Subject, left.PendingMessages, left.UnhandledMessages));
        release.SetResult();
    }
}
