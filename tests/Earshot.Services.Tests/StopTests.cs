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
