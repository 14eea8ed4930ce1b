using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

[BothServers]
public sealed class EndpointTests(SharedServer server)
{
    [Fact]
    public async Task An_endpoint_answers_requests_on_its_subject()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync($"{request.Data}!"), "echo", $"{rig.Name}.echo", cancellationToken: rig.Cancel);

        NatsMsg<string> reply = await rig.AskAsync($"{rig.Name}.echo", "a");

        Assert.Equal("a!", reply.EnsureServiceSuccess().Data);
    }

    [Fact]
    public async Task Groups_prefix_the_subject_and_pass_on_their_queue_group()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        NatsSvcServer.Group outer = await rig.Service.AddGroupAsync(rig.Name, "workers", rig.Cancel);
        NatsSvcServer.Group inner = await outer.AddGroupAsync("v1", cancellationToken: rig.Cancel);
        INatsSvcEndpoint endpoint = await inner.AddEndpointAsync<string>(request => request.ReplyAsync("ok"), new NatsSvcEndpointOpts { Name = "add" }, cancellationToken: rig.Cancel);

        NatsMsg<string> reply = await rig.AskAsync($"{rig.Name}.v1.add", "");

        Assert.Equal(("ok", $"{rig.Name}.v1.add", "workers"), (reply.Data, endpoint.Subject, endpoint.QueueGroup));
    }

    [Theory]
    [InlineData(true, "own", "own")]
    [InlineData(true, null, "q")]
    [InlineData(false, null, null)]
    [InlineData(false, "own", "own")]
    public async Task The_queue_group_is_that_of_the_endpoint_or_of_the_service_unless_off(bool isUsed, string? own, string? expected)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { UseQueueGroup = isUsed });
        INatsSvcEndpoint endpoint = await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), new NatsSvcEndpointOpts { Subject = $"{rig.Name}.a", QueueGroup = own }, cancellationToken: rig.Cancel);

        Assert.Equal((expected, $"{rig.Name}-a"), (endpoint.QueueGroup, endpoint.Name));
    }

    [Theory]
    [InlineData(true, "workers", null, "workers")]
    [InlineData(true, "workers", false, null)]
    [InlineData(true, null, false, null)]
    [InlineData(false, null, true, "q")]
    [InlineData(false, "workers", null, "workers")]
    public async Task The_queue_group_can_be_switched_off_for_one_endpoint(bool isUsedByService, string? group, bool? isUsed, string? expected)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { UseQueueGroup = isUsedByService });
        NatsSvcServer.Group outer = await rig.Service.AddGroupAsync(rig.Name, group, rig.Cancel);
        INatsSvcEndpoint endpoint = await outer.AddEndpointAsync<string>(request => request.ReplyAsync(), new NatsSvcEndpointOpts { Name = "a", UseQueueGroup = isUsed }, cancellationToken: rig.Cancel);

        Assert.Equal((expected, expected ?? ""), (endpoint.QueueGroup, Assert.Single(rig.Service.GetInfo().Endpoints).QueueGroup));
    }

    [Fact]
    public async Task Metadata_are_copied_when_the_service_and_the_endpoint_start()
    {
        var ofService = new Dictionary<string, string> { ["a"] = "1" };
        var ofEndpoint = new Dictionary<string, string> { ["b"] = "2" };
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { Metadata = ofService });
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), "x", $"{rig.Name}.x", metadata: ofEndpoint, cancellationToken: rig.Cancel);
        (ofService["a"], ofEndpoint["b"]) = ("changed", "changed");

        Assert.Equal(("1", "2"), (rig.Service.GetInfo().Metadata["a"], Assert.Single(rig.Service.GetInfo().Endpoints).Metadata["b"]));
    }

    [Fact]
    public async Task Groups_and_endpoints_can_be_added_while_requests_are_processed()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync("first"), "first", $"{rig.Name}.first", cancellationToken: rig.Cancel);
        Assert.Equal("first", (await rig.AskAsync($"{rig.Name}.first", "")).Data);
        NatsSvcServer.Group group = await rig.Service.AddGroupAsync($"{rig.Name}.later", cancellationToken: rig.Cancel);
        await group.AddEndpointAsync<string>(request => request.ReplyAsync("second"), "second", cancellationToken: rig.Cancel);
        await group.AddEndpointAsync<string>(request => request.ReplyAsync("third"), "third", "other.subject", cancellationToken: rig.Cancel);

        Assert.Equal("second", (await rig.AskAsync($"{rig.Name}.later.second", "")).Data); // the group and the name
        Assert.Equal("third", (await rig.AskAsync($"{rig.Name}.later.other.subject", "")).Data);
        Assert.Equal(["first", "second", "third"], rig.Service.GetInfo().Endpoints.Select(endpoint => endpoint.Name));
    }

    [Fact]
    public async Task One_instance_of_a_queue_group_gets_a_request_and_without_one_each_gets_it()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await using INatsSvcServer second = await rig.Connection.CreateServicesContext().AddServiceAsync(rig.Name, "1.2.3", cancellationToken: rig.Cancel);
        int shared = 0, each = 0;
        foreach (INatsSvcServer service in (INatsSvcServer[])[rig.Service, second])
        {
            await service.AddEndpointAsync<string>(request => CountAsync(ref shared, request), "shared", $"{rig.Name}.shared", cancellationToken: rig.Cancel);
            await service.AddEndpointAsync<string>(request => CountAsync(ref each, request), "each", $"{rig.Name}.each", queueGroup: service == second ? "other" : null, cancellationToken: rig.Cancel);
        }

        await rig.AskAsync($"{rig.Name}.shared", "");
        await rig.AskAsync($"{rig.Name}.each", "");
        await rig.Service.StopAsync(rig.Cancel);
        await second.StopAsync(rig.Cancel);

        Assert.Equal((1, 2), (shared, each));

        static ValueTask CountAsync(ref int counter, NatsSvcMsg<string> request)
        {
            Interlocked.Increment(ref counter);
            return request.ReplyAsync();
        }
    }

    [Fact]
    public async Task Slow_request_does_not_hold_others_with_concurrency()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                if (request.Data == "slow")
                {
                    await release.Task;
                }

                await request.ReplyAsync(request.Data);
            },
            new NatsSvcEndpointOpts { Name = "work", Subject = $"{rig.Name}.work", MaxConcurrency = 2 }, cancellationToken: rig.Cancel);

        ValueTask<NatsMsg<string>> slow = rig.AskAsync($"{rig.Name}.work", "slow");
        NatsMsg<string> fast = await rig.AskAsync($"{rig.Name}.work", "fast");
        bool isSlowDone = slow.IsCompleted;
        release.SetResult();

        Assert.Equal(("fast", false, "slow"), (fast.Data, isSlowDone, (await slow).Data));
    }

    [Fact]
    public async Task Requests_are_processed_one_at_a_time_and_in_order_by_default()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        int running = 0, most = 0;
        var order = new List<string>();
        await rig.Service.AddEndpointAsync<string>(
            async request =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                order.Add(request.Data!);
                Interlocked.Decrement(ref running);
                await request.ReplyAsync();
            },
            "work", $"{rig.Name}.work", cancellationToken: rig.Cancel);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => rig.AskAsync($"{rig.Name}.work", $"{i}").AsTask()));

        Assert.Equal(1, most);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), order);
    }

    [Fact]
    public async Task Removed_endpoint_leaves_info()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync("a"), "a", $"{rig.Name}.a", cancellationToken: rig.Cancel);
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync("b"), "b", $"{rig.Name}.b", cancellationToken: rig.Cancel);

        bool isRemoved = await rig.Service.RemoveEndpointAsync("a", rig.Cancel);
        bool isRemovedAgain = await rig.Service.RemoveEndpointAsync("a", rig.Cancel);

        Assert.Equal((true, false), (isRemoved, isRemovedAgain));
        Assert.Equal("b", Assert.Single(rig.Service.GetInfo().Endpoints).Name);
        Assert.Equal("b", Assert.Single(rig.Service.GetStats().Endpoints).Name);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await rig.AskAsync($"{rig.Name}.a", ""));
        Assert.Equal("b", (await rig.AskAsync($"{rig.Name}.b", "")).Data);
    }

    [Fact]
    public async Task A_rejected_subscription_fails_the_call_and_leaves_nothing()
    {
        await using NatsTestServer restricted = await NatsTestServer.StartAsync(new NatsTestServerOptions
        {
            Users = [new NatsTestServerUser("a", "b") { Permissions = new NatsTestServerPermissions { SubscribeDeny = ["secret"] } }],
        }, TestContext.Current.CancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = restricted.Url, AuthOpts = new NatsAuthOpts { Username = "a", Password = "b" } });
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("s", "1.0.0", cancellationToken: TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<NatsPermissionViolationException>(async () => await service.AddEndpointAsync<string>(request => request.ReplyAsync(), "secret", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Empty(service.Endpoints);
        Assert.Empty(service.GetInfo().Endpoints);
    }
}
