using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

/// <summary>A handler stops its own service, removes its own endpoint, or ends its own connection.</summary>
[BothServers]
public sealed class HandlerStopTests(SharedServer server)
{
    private static NatsSvcConfig WithoutLimit(NatsSvcConfig config) => config with { DrainTimeout = Timeout.InfiniteTimeSpan };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_handler_that_stops_its_service_does_not_wait_for_itself(int concurrency)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                await rig.Service.StopAsync(rig.Cancel);
                await request.ReplyAsync($"stopped: {rig.Service.Stopped.IsCompleted}", cancellationToken: rig.Cancel);
            },
            new NatsSvcEndpointOpts { Name = "stop", Subject = $"{rig.Name}.stop", MaxConcurrency = concurrency }, cancellationToken: rig.Cancel);

        Assert.Equal("stopped: False", (await rig.AskAsync($"{rig.Name}.stop", "")).Data);
        await rig.Service.Stopped.WaitAsync(rig.Cancel);
    }

    [Fact]
    public async Task Handlers_that_stop_the_service_do_not_wait_for_each_other()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit);
        using var both = new CountdownEvent(2);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (string name in (string[])["a", "b"])
        {
            await rig.Service.AddEndpointAsync<string>(
                async request =>
                {
                    if (both.Signal())
                    {
                        release.SetResult();
                    }

                    await release.Task;
                    await rig.Service.DisposeAsync();
                    await request.ReplyAsync(name, cancellationToken: rig.Cancel);
                },
                name, $"{rig.Name}.{name}", cancellationToken: rig.Cancel);
        }

        NatsMsg<string>[] replies = await Task.WhenAll(rig.AskAsync($"{rig.Name}.a", "").AsTask(), rig.AskAsync($"{rig.Name}.b", "").AsTask());

        Assert.Equal(["a", "b"], replies.Select(reply => reply.Data));
        await rig.Service.Stopped.WaitAsync(rig.Cancel);
    }

    [Fact]
    public async Task A_handler_that_stops_its_service_waits_for_the_other_requests()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit);
        var called = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isDone = false;
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                called.SetResult();
                await release.Task;
                isDone = true;
                await request.ReplyAsync("done", cancellationToken: rig.Cancel);
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                Task stopped = rig.Service.StopAsync(rig.Cancel).AsTask();
                release.SetResult();
                await stopped;
                await request.ReplyAsync($"other: {isDone}", cancellationToken: rig.Cancel);
            },
            "stop", $"{rig.Name}.stop", cancellationToken: rig.Cancel);

        Task<NatsMsg<string>> work = rig.AskAsync($"{rig.Name}.work", "").AsTask();
        await called.Task.WaitAsync(rig.Cancel);
        Assert.Equal("other: True", (await rig.AskAsync($"{rig.Name}.stop", "")).Data);

        Assert.Equal("done", (await work).Data);
        await rig.Service.Stopped.WaitAsync(rig.Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_removes_its_endpoint_does_not_wait_for_itself(bool isDisposed)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit);
        INatsSvcEndpoint endpoint = null!;
        endpoint = await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                if (isDisposed)
                {
                    await endpoint.DisposeAsync();
                }
                else
                {
                    await rig.Service.RemoveEndpointAsync("work", rig.Cancel);
                }

                await request.ReplyAsync($"{rig.Service.Endpoints.Count}", cancellationToken: rig.Cancel);
            },
            new NatsSvcEndpointOpts { Name = "work", Subject = $"{rig.Name}.work" }, cancellationToken: rig.Cancel);

        Assert.Equal("0", (await rig.AskAsync($"{rig.Name}.work", "")).Data);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await rig.AskAsync($"{rig.Name}.work", ""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_drains_its_connection_does_not_wait_for_itself(bool isDisposed)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit, new NatsOpts { DrainTimeout = TimeSpan.FromMinutes(10), DrainSubscriptionsOnDispose = true });
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                await (isDisposed ? rig.Connection.DisposeAsync() : rig.Connection.DrainAsync(rig.Cancel));
                await request.ReplyAsync("drained", cancellationToken: rig.Cancel);
            },
            "end", $"{rig.Name}.end", cancellationToken: rig.Cancel);

        Assert.Equal("drained", (await rig.AskAsync($"{rig.Name}.end", "")).Data); // the drain waits for the handler
        await rig.Connection.Events.WhenAsync<NatsClosedEvent>(after: 0, rig.Cancel);
        await rig.Service.Stopped.WaitAsync(rig.Cancel);

        Assert.Equal(NatsDrainOutcome.Clean, Assert.Single(rig.Connection.Events.ToList().OfType<NatsDrainCompletedEvent>(), static drain => drain.Scope == NatsDrainScope.Connection).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_closes_its_connection_does_not_wait_for_itself(bool isDisposed)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit, new NatsOpts { DrainTimeout = TimeSpan.FromMinutes(10) });
        await rig.Service.AddEndpointAsync<string>(
            async _ => await (isDisposed ? rig.Connection.DisposeAsync() : rig.Connection.CloseAsync()),
            "end", $"{rig.Name}.end", cancellationToken: rig.Cancel);

        await rig.Requester.PublishAsync($"{rig.Name}.end", "", cancellationToken: rig.Cancel);
        await rig.Connection.Events.WhenAsync<NatsClosedEvent>(after: 0, rig.Cancel);

        await rig.Service.Stopped.WaitAsync(rig.Cancel);
    }

    [Fact]
    public async Task Code_that_a_handler_has_started_waits_for_everything_when_the_handler_has_returned()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, WithoutLimit);
        var returned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task stopping = Task.CompletedTask;
        await rig.Service.AddEndpointAsync<string>(
            request =>
            {
                stopping = StopLaterAsync();
                return request.ReplyAsync("soon", cancellationToken: rig.Cancel);
            },
            "stop", $"{rig.Name}.stop", cancellationToken: rig.Cancel);

        Assert.Equal("soon", (await rig.AskAsync($"{rig.Name}.stop", "")).Data);
        await rig.Service.RemoveEndpointAsync("stop", rig.Cancel);
        returned.SetResult();
        await stopping.WaitAsync(rig.Cancel);

        Assert.True(rig.Service.Stopped.IsCompletedSuccessfully);

        async Task StopLaterAsync()
        {
            await returned.Task;
            await rig.Service.StopAsync(rig.Cancel);
        }
    }
}
