using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

[BothServers]
public sealed class StopTests(SharedServer server)
{
    [Fact]
    public async Task Stop_answers_what_was_on_the_way()
    {
        const int Requests = 200;
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        var first = new TaskCompletionSource();
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                first.TrySetResult();
                await Task.Yield();
                await request.ReplyAsync(request.Data);
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);

        Task<NatsMsg<string>>[] asked = [.. Enumerable.Range(0, Requests).Select(i => rig.AskAsync($"{rig.Name}.work", $"{i}").AsTask())];
        await rig.Requester.PingAsync(rig.Cancel); // the server has passed them on
        await first.Task.WaitAsync(rig.Cancel);
        await rig.Service.StopAsync(rig.Cancel);
        NatsMsg<string>[] answers = await Task.WhenAll(asked);

        Assert.Equal(Enumerable.Range(0, Requests).Select(i => $"{i}"), answers.Select(answer => answer.Data));
        Assert.True(rig.Service.Stopped.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await rig.AskAsync($"{rig.Name}.work", ""));
        await Assert.ThrowsAsync<NatsSvcException>(async () => await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), "late", cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task A_service_that_stops_is_visible_until_its_handlers_have_finished()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        var called = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                called.SetResult();
                await release.Task;
                await request.ReplyAsync("done");
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        Task<NatsMsg<string>> asked = rig.AskAsync($"{rig.Name}.work", "").AsTask();
        await called.Task.WaitAsync(rig.Cancel);

        Task stopping = rig.Service.StopAsync(rig.Cancel).AsTask();
        NatsMsg<string> ping = await rig.AskAsync($"$SRV.PING.{rig.Name}", "");
        bool wasStopping = !stopping.IsCompleted;
        release.SetResult();
        await stopping;

        Assert.Contains(rig.Name, ping.Data, StringComparison.Ordinal);
        Assert.True(wasStopping);
        Assert.Equal("done", (await asked).Data);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await rig.AskAsync($"$SRV.PING.{rig.Name}", ""));
    }

    [Fact]
    public async Task A_handler_that_does_not_finish_holds_the_stop_no_longer_than_the_drain_timeout()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { DrainTimeout = TimeSpan.FromMilliseconds(50) });
        var called = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await rig.Service.AddEndpointAsync<string>(
            async _ =>
            {
                called.SetResult();
                await release.Task;
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        await rig.Requester.PublishAsync($"{rig.Name}.work", "", cancellationToken: rig.Cancel);
        await called.Task.WaitAsync(rig.Cancel);

        await rig.Service.StopAsync(rig.Cancel);

        Assert.True(rig.Service.Stopped.IsCompletedSuccessfully);
        release.SetResult();
    }

    [Fact]
    public async Task A_stop_waits_for_the_requests_of_an_endpoint_that_is_being_removed()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { DrainTimeout = Timeout.InfiniteTimeSpan });
        var called = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                called.SetResult();
                await release.Task;
                await request.ReplyAsync("done", cancellationToken: rig.Cancel);
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        Task<NatsMsg<string>> asked = rig.AskAsync($"{rig.Name}.work", "").AsTask();
        await called.Task.WaitAsync(rig.Cancel);
        using var impatient = new CancellationTokenSource();
        Task removing = rig.Service.RemoveEndpointAsync("work", impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => removing);

        Task stopping = rig.Service.StopAsync(rig.Cancel).AsTask();
        for (int i = 0; i < 3; i++)
        {
            Assert.Contains(rig.Name, (await rig.AskAsync($"$SRV.PING.{rig.Name}", "")).Data, StringComparison.Ordinal);
        }

        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping;
        Assert.Equal("done", (await asked).Data);
    }

    [Fact]
    public async Task A_stop_waits_for_an_endpoint_that_is_being_added()
    {
        await using NatsTestServer slow = await NatsTestServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = slow.Url });
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("s", "1.0.0", cancellationToken: TestContext.Current.CancellationToken);
        slow.Faults.Freeze();
        Task adding = service.AddEndpointAsync<string>(request => request.ReplyAsync("ok"), "work", cancellationToken: TestContext.Current.CancellationToken).AsTask();
        Task stopping = service.StopAsync(TestContext.Current.CancellationToken).AsTask();
        slow.Faults.Thaw();
        await stopping;

        await Assert.ThrowsAsync<NatsSvcException>(() => adding);
        Assert.Empty(service.Endpoints);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await connection.RequestAsync<string, string>("work", "", cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stats_handler_that_blocks_holds_the_stop_no_longer_than_the_drain_timeout()
    {
        var called = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with
        {
            DrainTimeout = TimeSpan.FromMilliseconds(50),
            StatsHandler = _ =>
            {
                called.TrySetResult();
                release.Wait(TestContext.Current.CancellationToken);
                return null;
            },
        });
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        await rig.Requester.PublishAsync($"$SRV.STATS.{rig.Name}", "", replyTo: $"{rig.Name}.unused", cancellationToken: rig.Cancel);
        await called.Task.WaitAsync(rig.Cancel);

        await rig.Service.StopAsync(rig.Cancel);

        Assert.True(rig.Service.Stopped.IsCompletedSuccessfully);
        release.Set();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_holds_the_stop_no_longer_than_the_drain_timeout()
    {
        var hour = TimeSpan.FromHours(1);
        await using NatsTestServer frozen = await NatsTestServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = frozen.Url, DrainPingTimeout = hour, CommandTimeout = hour, PingInterval = hour });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync(
            new NatsSvcConfig("s", "1.0.0") { DrainTimeout = TimeSpan.FromMilliseconds(50) }, limit.Token);
        await service.AddEndpointAsync<string>(request => request.ReplyAsync(), "work", cancellationToken: limit.Token);
        frozen.Faults.Freeze();

        await service.StopAsync(limit.Token);

        Assert.True(service.Stopped.IsCompletedSuccessfully);
        frozen.Faults.Thaw();
    }

    [Theory]
    [InlineData(-2)]
    [InlineData((long)int.MaxValue + 1)]
    [InlineData(long.MaxValue / TimeSpan.TicksPerMillisecond)]
    public async Task A_drain_timeout_that_no_timer_can_wait_for_is_refused(long milliseconds)
    {
        await using var connection = new NatsConnection();
        var config = new NatsSvcConfig("s", "1.0.0") { DrainTimeout = TimeSpan.FromMilliseconds(milliseconds) };

        ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await connection.CreateServicesContext().AddServiceAsync(config, TestContext.Current.CancellationToken));

        Assert.Equal(nameof(NatsSvcConfig.DrainTimeout), refused.ParamName);
        Assert.Equal(NatsConnectionState.Closed, connection.ConnectionState); // never connected
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task The_longest_drain_timeouts_wait_for_the_handlers(int milliseconds)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { DrainTimeout = TimeSpan.FromMilliseconds(milliseconds) });
        var called = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await rig.Service.AddEndpointAsync<string>(
            async _ =>
            {
                called.SetResult();
                await release.Task;
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), "other", $"{rig.Name}.other", cancellationToken: rig.Cancel);
        await rig.Requester.PublishAsync($"{rig.Name}.work", "", cancellationToken: rig.Cancel);
        await called.Task.WaitAsync(rig.Cancel);

        Assert.True(await rig.Service.RemoveEndpointAsync("other", rig.Cancel));
        Task stopping = rig.Service.StopAsync(rig.Cancel).AsTask();
        Assert.Contains(rig.Name, (await rig.AskAsync($"$SRV.PING.{rig.Name}", "")).Data, StringComparison.Ordinal);
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping;
    }

    [Fact]
    public async Task Dispose_of_the_connection_stops_the_service()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);

        await rig.Connection.DisposeAsync();

        await rig.Service.Stopped.WaitAsync(rig.Cancel);
    }

    [Fact]
    public async Task A_service_answers_again_after_a_reconnect()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync("ok"), "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);

        await rig.Connection.ReconnectAsync(rig.Cancel);
        await rig.Connection.PingAsync(rig.Cancel);

        Assert.Equal("ok", (await rig.AskAsync($"{rig.Name}.work", "")).Data);
        Assert.Contains(rig.Name, (await rig.AskAsync($"$SRV.INFO.{rig.Name}", "")).Data, StringComparison.Ordinal);
    }
}
